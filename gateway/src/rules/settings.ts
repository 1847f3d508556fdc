import {
  type Calendar,
  deviceRuleSettings,
  emptyCalendar,
  type LocalTime,
  periodsAt,
  type RuleSettings,
  type SiteConfig,
  type SiteDevice,
} from '@angrid/contract';
import type { DeviceRuleSettings, OpenLimit } from './rule.js';

type Site = Pick<SiteConfig, 'rules'> & {
  readonly calendar?: Calendar | undefined;
  readonly site: Pick<SiteConfig['site'], 'night'>;
};
type Door = Pick<SiteDevice, 'heldOpenSeconds' | 'rules' | 'doors'>;
type Limits = readonly { readonly period: string; readonly seconds: number }[];

/** The periods of the site that are on; `day` or `night` is always among them. */
export function periodsOf({ calendar = emptyCalendar, site }: Site, local: LocalTime): readonly string[] {
  return periodsAt(calendar, site.night, local);
}

/**
 * What holds for one device while `periods` are on. The nearest limit goes first: the door's own periods and limit, the
 * device's, the site's periods, the site's day or night.
 */
export function settingsFor(site: Site, device: Door, periods: readonly string[]): DeviceRuleSettings {
  const rules = deviceRuleSettings(site.rules, device.rules);
  const now = <T extends { on?: boolean | undefined; except?: string[] | undefined }>({
    on,
    except = [],
    ...rest
  }: T) => ({
    ...rest,
    on: on !== false && !except.some((period) => periods.includes(period)),
  });
  return {
    offlineGraceSeconds: rules.offlineGraceSeconds,
    inhibition: rules.inhibition,
    storm: rules.storm,
    clockDriftSeconds: rules.clockDriftSeconds,
    heldOpen: heldOpen(site.rules, device, periods, now(rules.heldOpen).on),
    forced: now(rules.forced),
    tailgating: now(rules.tailgating),
    repeatedDenial: now(rules.repeatedDenial),
    deniedThenGranted: now(rules.deniedThenGranted),
    tamper: now(rules.tamper),
    offline: now(rules.offline),
    flapping: now(rules.flapping),
    mains: now(rules.mains),
    battery: now(rules.battery),
  };
}

const REST: OpenLimit = { period: 'rest', seconds: Infinity };

function heldOpen(
  rules: RuleSettings,
  device: Door,
  periods: readonly string[],
  on: boolean,
): DeviceRuleSettings['heldOpen'] {
  if (!on) return { on, limit: REST, doors: new Map() };
  const limit =
    limitOf(device.rules?.heldOpen?.periods, periods) ??
    ownLimit(device.heldOpenSeconds) ??
    limitOf(rules.heldOpen?.periods, periods) ??
    ofDayAndNight(rules, periods);
  const doors = (device.doors ?? []).flatMap((door) => {
    const own = limitOf(door.periods, periods) ?? ownLimit(door.heldOpenSeconds);
    return own === undefined ? [] : [[door.channel, own] as const];
  });
  return { on, limit, doors: new Map(doors) };
}

function limitOf(limits: Limits | undefined, periods: readonly string[]): OpenLimit | undefined {
  return limits?.find(({ period }) => periods.includes(period));
}

function ownLimit(seconds: number | undefined): OpenLimit | undefined {
  return seconds === undefined ? undefined : { period: 'own', seconds };
}

function ofDayAndNight({ heldOpenSeconds }: RuleSettings, periods: readonly string[]): OpenLimit {
  const period = periods.includes('night') ? 'night' : 'day';
  return { period, seconds: heldOpenSeconds[period] };
}
