import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { AlertFact, DeviceFact, IncidentFact, Neighbourhood, QuietRule } from './facts.js';
import { nearRelations, type Relation, type Rule, type RuleSet } from './rule-set.js';
import { settledStates } from './settled.js';

/** Latest alerts of a device, and of a kind in the whole compound, that are looked at. */
const MOST_OF_DEVICE = 8;
const MOST_OF_KIND = 64;

export interface Around {
  readonly compound: string;
  /** Alerts that take their place now. */
  readonly alerts: readonly AlertFact[];
  readonly rules: RuleSet;
}

/**
 * Everything stored that the alerts can touch, in three statements whatever their number. Its incidents are locked until
 * the end of the transaction.
 */
export async function loadNeighbourhood(trx: CloudTransaction, around: Around): Promise<Neighbourhood> {
  const { compound, alerts, rules } = around;
  const devices = [...new Set(alerts.map(({ device }) => device))];
  const site = await loadSite(trx, { compound, devices, relations: rules.relations });
  const known = await loadAlerts(trx, around, devicesNear(alerts, site.devices));
  const incidents = await loadIncidents(trx, compound, known);
  return { compound, ...site, alerts: known, incidents };
}

interface DeviceRow extends Omit<DeviceFact, 'cameras' | 'parents'> {
  readonly id: string;
  readonly cameras: readonly string[] | null;
  readonly parents: readonly string[] | null;
}

interface SiteRow {
  readonly timezone: string;
  readonly devices: readonly DeviceRow[] | null;
  readonly gateways: readonly { readonly id: string; readonly name: string }[] | null;
  readonly quiet: readonly (Omit<QuietRule, 'expiresAt'> & { readonly expiresAt: string })[] | null;
  readonly buildings: readonly string[] | null;
}

type Site = Pick<Neighbourhood, 'timezone' | 'devices' | 'buildings' | 'quiet'>;

export interface AskedSite {
  readonly compound: string;
  readonly devices: readonly string[];
  /** At which rules look. */
  readonly relations: ReadonlySet<Relation>;
}

/** The devices with the cameras that look at them, the doors that they look at, and what they hang behind. */
export async function loadSite(trx: CloudTransaction, { compound, devices, relations }: AskedSite): Promise<Site> {
  const { rows } = await sql<SiteRow>`
    with recursive mine as (
      select d.device_id from unnest(${devices}::text[]) as d (device_id)
      union select l.camera_id from camera_links l where l.compound_id = ${compound} and l.door_id = any (${devices}::text[])
      union select l.door_id from camera_links l where l.compound_id = ${compound} and l.camera_id = any (${devices}::text[])
    ), above (device_id, parent, depth) as (
      select d.device_id, d.behind, 1 from devices d
      where d.compound_id = ${compound} and d.device_id in (select device_id from mine) and d.behind is not null
      union all
      select a.device_id, p.behind, a.depth + 1 from above a
      join devices p on p.compound_id = ${compound} and p.device_id = a.parent
      where p.behind is not null and a.depth < 8
    )
    select c.timezone,
      (select json_agg(json_build_object('id', d.device_id, 'name', d.name, 'skewMs', d.clock_skew_ms,
          'cameras', (select json_agg(l.camera_id order by l.camera_id) from camera_links l
            where l.compound_id = d.compound_id and l.door_id = d.device_id),
          'parents', (select json_agg(u.parent order by u.depth) from (
            select parent, depth from above a where a.device_id = d.device_id
            union all select d.gateway_id, 99) u)))
        from devices d where d.compound_id = ${compound} and d.device_id in (select device_id from mine)) as devices,
      (select json_agg(json_build_object('id', g.gateway_id, 'name', g.name))
        from gateways g where g.compound_id = ${compound}) as gateways,
      (select json_agg(json_build_object('id', q.quiet_id, 'kinds', q.kinds, 'device', q.device_id, 'placeId', q.place_id,
          'hours', q.hours, 'expiresAt', q.expires_at))
        from quiet_rules q where q.compound_id = ${compound} and q.ended_at is null) as quiet,
      ${relations.has('same-building') ? buildingsOf(compound) : sql`null`} as buildings
    from compounds c where c.compound_id = ${compound}`.execute(trx);
  const { timezone = 'UTC', devices: found, gateways, quiet, buildings } = rows[0] ?? {};
  const facts = new Map<string, DeviceFact>();
  for (const { id, name } of gateways ?? []) facts.set(id, { name, cameras: [], parents: [], skewMs: null });
  for (const { id, name, skewMs, cameras, parents } of found ?? []) {
    facts.set(id, { name, skewMs, cameras: cameras ?? [], parents: parents ?? [] });
  }
  const rules = (quiet ?? []).map((rule) => ({ ...rule, expiresAt: Date.parse(rule.expiresAt) }));
  return { timezone, devices: facts, buildings: new Set(buildings), quiet: rules };
}

/** The buildings in which the compound has a place or a device, each by the units at and above those. */
const buildingsOf = (compound: string) => sql`(
  select json_agg(distinct b.path) from (
    select unit_id from place_units where compound_id = ${compound} and upper_inf(valid)
    union select unit_id from devices where compound_id = ${compound} and unit_id is not null) mine
  join units u on u.unit_id = mine.unit_id
  cross join lateral string_to_array(u.path, '/') ids
  cross join lateral generate_series(1, cardinality(ids)) depth
  join units b on b.kind = 'building' and b.path = array_to_string(ids[1:depth], '/'))`;

/** The alerts' devices, their cameras and doors, and what they hang behind. */
function devicesNear(alerts: readonly AlertFact[], devices: ReadonlyMap<string, DeviceFact>): readonly string[] {
  const near = new Set([...alerts.map(({ device }) => device), ...devices.keys()]);
  for (const { parents } of devices.values()) for (const parent of parents) near.add(parent);
  return [...near];
}

interface AlertRow extends Omit<AlertFact, 'at' | 'clearedAt' | 'heldUntil'> {
  readonly at: Date;
  readonly clearedAt: Date | null;
  readonly heldUntil: Date | null;
}

const columns = sql`a.alert, a.device_id as device, a.kind, a.severity, a.standing, a.source_kind as source,
  a.place_id as "placeId", a.unit_path as "unitPath", a.late, a.exercise, a.restricted, a.started_at as at,
  a.cleared_at as "clearedAt", a.incident_id as incident, a.held_until as "heldUntil"`;
const MOST_HELD = 256;

/** Alerts of the compound that were held until now, the first first. */
export async function loadHeld(trx: CloudTransaction, compound: string, now: Date): Promise<readonly AlertFact[]> {
  const { rows } = await sql<AlertRow>`
    select ${columns} from alerts a
    where a.compound_id = ${compound} and a.held_until <= ${now}
    order by a.held_until limit ${MOST_HELD}`.execute(trx);
  return rows.map(factOf);
}

export interface Page {
  readonly compound: string;
  readonly after: Pick<AlertFact, 'at' | 'alert'>;
  readonly to: number;
  readonly limit: number;
}

/** What has been stored of a time, in the order in which it happened, as it was before any rule saw it. */
export async function loadStoredAlerts(
  trx: CloudTransaction,
  { compound, after, to, limit }: Page,
): Promise<readonly AlertFact[]> {
  const { rows } = await sql<AlertRow>`
    select ${columns} from alerts a
    where a.compound_id = ${compound} and a.started_at <= ${new Date(to)}
      and (a.started_at, a.alert) > (${new Date(after.at)}::timestamptz, ${after.alert})
    order by a.started_at, a.alert limit ${limit}`.execute(trx);
  return rows.map((row) => ({ ...factOf(row), incident: null, heldUntil: null }));
}

async function loadAlerts(
  trx: CloudTransaction,
  { compound, alerts, rules }: Around,
  devices: readonly string[],
): Promise<readonly AlertFact[]> {
  const reach = reachOf(rules, alerts);
  const times = alerts.map(({ at }) => at);
  const within = sql`a.started_at between ${new Date(Math.min(...times) - reach.ms)}::timestamptz
    and ${new Date(Math.max(...times) + reach.ms)}::timestamptz`;
  const { rows } = await sql<AlertRow>`
    select near.* from unnest(${devices}::text[]) as d (device_id) cross join lateral (
      select ${columns} from alerts a
      where a.compound_id = ${compound} and a.device_id = d.device_id and ${within}
      order by a.started_at desc limit ${MOST_OF_DEVICE}) near
    union
    select wide.* from unnest(${reach.kinds}::text[]) as k (kind) cross join lateral (
      select ${columns} from alerts a
      where a.compound_id = ${compound} and a.kind = k.kind and ${within}
      order by a.started_at desc limit ${MOST_OF_KIND}) wide`.execute(trx);
  const own = new Set(alerts.map(({ alert }) => alert));
  return rows.filter(({ alert }) => !own.has(alert)).map(factOf);
}

function factOf({ at, clearedAt, heldUntil, ...row }: AlertRow): AlertFact {
  return { ...row, at: at.getTime(), clearedAt: msOf(clearedAt), heldUntil: msOf(heldUntil) };
}

function msOf(instant: Date | null): number | null {
  return instant === null ? null : instant.getTime();
}

/** How far back the rules for these alerts look, and the kinds that they look for beyond device and camera. */
function reachOf(rules: RuleSet, alerts: readonly AlertFact[]): { readonly ms: number; readonly kinds: string[] } {
  const meant = new Set<Rule>();
  for (const kind of new Set(alerts.map((alert) => alert.kind))) {
    for (const rule of rules.byKind.get(kind) ?? []) meant.add(rule);
  }
  let ms = rules.incidentMs;
  const kinds = new Set<string>();
  for (const { pattern, withinMs, unless } of meant) {
    ms = Math.max(ms, withinMs, ...unless.map((one) => one.withinMs));
    const steps = [...pattern, ...unless.map(({ step }) => step)];
    const wide = steps.some(({ at }) => !nearRelations.includes(at) && at !== 'behind');
    if (wide) for (const step of steps) for (const kind of step.kinds) kinds.add(kind);
  }
  return { ms, kinds: [...kinds] };
}

interface IncidentRow extends Omit<IncidentFact, 'openedAt' | 'closesAt'> {
  readonly openedAt: Date;
  readonly closesAt: Date;
}

/** Locked in the order of their ids, so that two transactions never wait for one another in a circle. */
async function loadIncidents(
  trx: CloudTransaction,
  compound: string,
  alerts: readonly AlertFact[],
): Promise<readonly IncidentFact[]> {
  const ids = [...new Set(alerts.flatMap(({ incident }) => incident ?? []))];
  if (ids.length === 0) return [];
  const { rows } = await sql<IncidentRow>`
    select i.incident_id as incident, i.kind, i.severity, i.place_id as "placeId", i.unit_path as "unitPath",
      i.confirmed_by as "confirmedBy", i.exercise, i.restricted, i.state = any (${[...settledStates]}::text[]) as done,
      i.silenced_until is not null as silenced, i.opened_at as "openedAt", i.closes_at as "closesAt",
      array(select distinct a.device_id from alerts a where a.incident_id = i.incident_id limit 3) as devices
    from incidents i
    where i.compound_id = ${compound} and i.incident_id = any (${ids}::uuid[])
    order by i.incident_id
    for no key update of i`.execute(trx);
  return rows.map(({ openedAt, closesAt, ...row }) => {
    return { ...row, openedAt: openedAt.getTime(), closesAt: closesAt.getTime() };
  });
}
