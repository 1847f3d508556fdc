import {
  AnGridError,
  type Calendar,
  calendarSchema,
  completeRules,
  type CompleteRuleSettings,
  type DeviceRules,
  deviceRulesSchema,
  hoursSchema,
  idSchema,
  recommendedRules,
  ruleSettingsSchema,
  type SiteDevice,
  siteDoorSchema,
  unknownPeriods,
} from '@angrid/contract';
import { sql } from 'kysely';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { bumpSite } from './site-config.js';

const ownRulesSchema = z.object({
  id: idSchema,
  heldOpenSeconds: z.number().positive().max(86_400).nullable(),
  rules: deviceRulesSchema,
  doors: z.array(siteDoorSchema).max(32),
  behind: idSchema.nullable(),
});

export const rulesChangeSchema = z.object({
  /** The version that was on the screen. */
  version: z.number().int().positive(),
  night: hoursSchema,
  rules: ruleSettingsSchema,
  calendar: calendarSchema,
  /** Devices that change; the others stay as they are. */
  devices: z.array(ownRulesSchema).max(2000).default([]),
});
export type RulesChange = z.infer<typeof rulesChangeSchema>;

export interface DeviceOwnRules extends z.infer<typeof ownRulesSchema> {
  readonly name: string;
  readonly kind: SiteDevice['kind'];
}

export interface SiteRules {
  readonly compound: { readonly id: string; readonly name: string };
  readonly version: number;
  readonly timezone: string;
  readonly night: string;
  readonly rules: CompleteRuleSettings;
  readonly calendar: Calendar;
  readonly devices: readonly DeviceOwnRules[];
  /** What a new compound begins with. */
  readonly recommended: CompleteRuleSettings;
  /** How far each gateway is: it works by the rules of the version that it has applied. */
  readonly siteVersion: number;
  readonly gateways: readonly { readonly id: string; readonly name: string; readonly applied: number }[];
}

/** Throws subject.not-found. */
export async function readRules(trx: CloudTransaction, compound: string): Promise<SiteRules> {
  const { rows } = await sql<Omit<SiteRules, 'devices' | 'recommended' | 'rules'> & { rules: CompleteRuleSettings }>`
    select json_build_object('id', c.compound_id, 'name', c.name) as compound, c.rules_version as version, c.timezone,
      c.night, c.rules, c.calendar,
      coalesce((select max(s.version) from site_configs s where s.compound_id = c.compound_id), 0) as "siteVersion",
      coalesce((
        select json_agg(json_build_object('id', g.gateway_id, 'name', g.name, 'applied', g.site_version_applied)
          order by g.name, g.gateway_id)
        from gateways g where g.compound_id = c.compound_id and g.status = 'active'), '[]') as gateways
    from compounds c where c.compound_id = ${compound}`.execute(trx);
  const [row] = rows;
  if (!row) throw new AnGridError('subject.not-found', { op: 'rules.read', subject: compound });
  const rules = completeRules(row.rules);
  return { ...row, rules, recommended: recommendedRules, devices: await devicesOf(trx, compound) };
}

async function devicesOf(trx: CloudTransaction, compound: string): Promise<readonly DeviceOwnRules[]> {
  const rows = await trx
    .selectFrom('devices')
    .select(['device_id as id', 'name', 'kind', 'held_open_seconds as heldOpenSeconds', 'rules', 'doors', 'behind'])
    .where('compound_id', '=', compound)
    .where('removed_at', 'is', null)
    .orderBy('name')
    .orderBy('device_id')
    .execute();
  return rows.map(({ rules, kind, ...row }) => ({ ...row, kind: kind as SiteDevice['kind'], rules: rules ?? {} }));
}

/**
 * Changes rules and calendar and makes the next version of the site configuration. Throws subject.not-found,
 * subject.conflict where somebody was faster, device.unknown and input.invalid.
 */
export async function changeRules(
  trx: CloudTransaction,
  compound: string,
  change: RulesChange,
  now: Date,
): Promise<void> {
  await sql`select 1 from compounds where compound_id = ${compound} for no key update`.execute(trx);
  const before = await readRules(trx, compound);
  if (change.version !== before.version) {
    const detail = `version ${before.version}`;
    throw new AnGridError('subject.conflict', { op: 'rules.change', subject: compound, detail });
  }
  check(change, before.devices);
  await trx
    .updateTable('compounds')
    .set({
      night: change.night,
      rules: JSON.stringify(completeRules(change.rules)),
      calendar: JSON.stringify(change.calendar),
      rules_version: before.version + 1,
    })
    .where('compound_id', '=', compound)
    .execute();
  for (const device of change.devices) await changeDevice(trx, compound, device);
  await bumpSite(trx, compound, now);
}

async function changeDevice(
  trx: CloudTransaction,
  compound: string,
  { id, heldOpenSeconds, rules, doors, behind }: RulesChange['devices'][number],
): Promise<void> {
  await trx
    .updateTable('devices')
    .set({ held_open_seconds: heldOpenSeconds, rules: ownOrNull(rules), doors: JSON.stringify(doors), behind })
    .where('compound_id', '=', compound)
    .where('device_id', '=', id)
    .execute();
}

function ownOrNull(rules: DeviceRules): string | null {
  return Object.keys(rules).length === 0 ? null : JSON.stringify(rules);
}

function check(change: RulesChange, known: readonly DeviceOwnRules[]): void {
  const changed = new Map(change.devices.map((device) => [device.id, device]));
  const devices = known.map((device) => ({ ...device, ...changed.get(device.id) }));
  for (const id of changed.keys()) {
    if (!known.some((device) => device.id === id))
      throw new AnGridError('device.unknown', { op: 'rules.change', subject: id });
  }
  const { rules, calendar } = change;
  const faults = [
    ...unknownPeriods({ rules, calendar, devices: devices.map(siteDevice) }).map(
      (period) => `no such period: ${period}`,
    ),
    ...twice(calendar.periods.map(({ id }) => id)).map((id) => `period twice: ${id}`),
    ...twice(calendar.dates.map(({ date }) => date)).map((date) => `date twice: ${date}`),
    ...circles(devices).map((id) => `behind itself: ${id}`),
  ];
  if (faults.length === 0) return;
  throw new AnGridError('input.invalid', { op: 'rules.change', detail: faults.slice(0, 8).join('; ') });
}

function siteDevice({ id, kind, name, rules, doors }: DeviceOwnRules): SiteDevice {
  return { id, kind, name, rules, doors };
}

function twice(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** Devices that hang behind themselves, or behind one that is not there. */
function circles(devices: readonly Pick<DeviceOwnRules, 'id' | 'behind'>[]): readonly string[] {
  const behind = new Map(devices.map((device) => [device.id, device.behind]));
  return devices.filter(({ id }) => !leadsOut(id, behind)).map(({ id }) => id);
}

function leadsOut(id: string, behind: ReadonlyMap<string, string | null>): boolean {
  const seen = new Set<string>();
  for (let at: string | null = id; at !== null; at = behind.get(at) ?? null) {
    if (seen.has(at) || !behind.has(at)) return false;
    seen.add(at);
  }
  return true;
}
