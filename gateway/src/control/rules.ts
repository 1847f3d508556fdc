import { type Calendar, dayKindAt, type DayKind, emptyCalendar } from '@angrid/contract';
import type { SiteView } from '../flow/site-view.js';
import type { ControlWorks } from '../gateway.js';
import { localOf } from '../normalise/index.js';
import type { DeviceRuleSettings } from '../rules/index.js';

type Settings = Omit<DeviceRuleSettings, 'heldOpen'>;

/** What the rules go by now: of one device, or of one that has nothing of its own. */
export interface RulesInForce extends Settings {
  readonly device?: string;
  /** What the clocks on the site's walls show, as `2026-10-03 06:30`. */
  readonly localTime: string;
  readonly timezone: string;
  readonly day: DayKind;
  readonly night: string;
  readonly calendar: Calendar;
  /** Ids of the periods that are on. */
  readonly periods: readonly string[];
  readonly heldOpen: { readonly on: boolean; readonly seconds?: number; readonly period?: string };
  /** Doors of the device whose limit is another. */
  readonly doors: readonly { readonly channel: string; readonly seconds: number; readonly period: string }[];
  /** What the device hangs behind, the nearest first. */
  readonly behind: readonly string[];
}

/** Throws device.unknown. */
export function rulesInForce({ site, view, clock, registry }: ControlWorks, device?: string): RulesInForce {
  if (device !== undefined) registry.get(device);
  const { calendar = emptyCalendar, site: place } = site.config;
  const local = localOf(clock.wall(), place.timezone) ?? clock.wall();
  return {
    ...settingsOf(view, device),
    ...(device !== undefined && { device }),
    localTime: new Date(local).toISOString().slice(0, 16).replace('T', ' '),
    timezone: place.timezone,
    day: dayKindAt(calendar, local),
    night: place.night,
    calendar,
    periods: view.activePeriods(),
    behind: device === undefined ? [] : view.ahead(device),
  };
}

function settingsOf(view: SiteView, device = ''): Settings & Pick<RulesInForce, 'heldOpen' | 'doors'> {
  const { heldOpen, ...settings } = view.ruleSettings(device);
  const { on, limit } = heldOpen;
  const doors = [...heldOpen.doors].map(([channel, own]) => ({ channel, ...own }));
  return { ...settings, heldOpen: on ? { on, ...limit } : { on }, doors };
}
