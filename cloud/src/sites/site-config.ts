import {
  CONTRACT_VERSION,
  type DeviceRules,
  type SiteConfig,
  siteConfigSchema,
  type SiteDevice,
} from '@angrid/contract';
import { sql, type Transaction } from 'kysely';
import { unitOfPlace } from '../linking/places.js';
import type { Database } from '../schema.js';
import { queueCommand } from './commands.js';

const COMMAND_LIFE_MS = 7 * 86_400_000;

/** The version of the site configuration that holds now; 0 before the first. */
export async function siteVersion(trx: Transaction<Database>, compound: string): Promise<number> {
  const row = await trx
    .selectFrom('site_configs')
    .select(({ fn }) => fn.max('version').as('version'))
    .where('compound_id', '=', compound)
    .executeTakeFirst();
  return Number(row?.version ?? 0);
}

export async function currentSite(trx: Transaction<Database>, compound: string): Promise<SiteConfig | undefined> {
  const row = await trx
    .selectFrom('site_configs')
    .select('config')
    .where('compound_id', '=', compound)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.config;
}

/** Makes the next version of the site configuration from the tables and sends it to each active gateway. */
export async function bumpSite(trx: Transaction<Database>, compound: string, now: Date): Promise<SiteConfig> {
  await sql`select 1 from compounds where compound_id = ${compound} for no key update`.execute(trx);
  const config = await composeSite(trx, compound, (await siteVersion(trx, compound)) + 1, now);
  const row = { compound_id: compound, version: config.version, config: JSON.stringify(config), created_at: now };
  await trx.insertInto('site_configs').values(row).execute();
  await sendSite(trx, compound, config, now);
  return config;
}

/** Queues the configuration for the gateways; an older one that has not left is taken back. */
async function sendSite(trx: Transaction<Database>, compound: string, config: SiteConfig, now: Date): Promise<void> {
  await trx
    .updateTable('commands')
    .set({ state: 'expired', finished_at: now })
    .where('compound_id', '=', compound)
    .where('type', '=', 'config.apply')
    .where('state', '=', 'queued')
    .execute();
  const gateways = await trx
    .selectFrom('gateways')
    .select('gateway_id')
    .where('compound_id', '=', compound)
    .where('status', '=', 'active')
    .execute();
  for (const { gateway_id } of gateways) await queueSite(trx, { compound, gateway: gateway_id }, config, now);
}

interface SiteGateway {
  readonly compound: string;
  readonly gateway: string;
}

async function queueSite(
  trx: Transaction<Database>,
  { compound, gateway }: SiteGateway,
  config: SiteConfig,
  now: Date,
): Promise<void> {
  const order = { type: 'config.apply', params: { config } } as const;
  await queueCommand(trx, { compound, gateway, actor: 'system', lifeMs: COMMAND_LIFE_MS, order }, now);
}

/** A gateway that was away until its command had expired gets the present configuration all the same. */
export async function catchUpSite(
  trx: Transaction<Database>,
  { compound, gateway }: SiteGateway,
  now: Date,
): Promise<void> {
  const config = await currentSite(trx, compound);
  if (!config) return;
  const { rows } = await sql<{ behind: boolean }>`
    select g.site_version_applied < ${config.version} and not exists (
      select 1 from commands c
      where c.gateway_id = g.gateway_id and c.type = 'config.apply' and c.state in ('queued', 'sent')
        and c.expires_at > ${now}::timestamptz) as behind
    from gateways g where g.gateway_id = ${gateway}`.execute(trx);
  if (rows[0]?.behind === true) await queueSite(trx, { compound, gateway }, config, now);
}

async function composeSite(
  trx: Transaction<Database>,
  compound: string,
  version: number,
  now: Date,
): Promise<SiteConfig> {
  const site = await trx
    .selectFrom('compounds')
    .selectAll()
    .where('compound_id', '=', compound)
    .executeTakeFirstOrThrow();
  const links = await trx
    .selectFrom('camera_links')
    .select(['door_id as door', 'camera_id as camera'])
    .where('compound_id', '=', compound)
    .orderBy('door_id')
    .orderBy('camera_id')
    .execute();
  return siteConfigSchema.parse({
    contract: CONTRACT_VERSION,
    version,
    site: {
      id: compound,
      name: site.name,
      siteClass: site.site_class,
      purpose: site.purpose,
      timezone: site.timezone,
      night: site.night,
    },
    places: await placesOf(trx, compound, now),
    devices: await devicesOf(trx, compound, now),
    links,
    rules: site.rules,
    calendar: site.calendar,
  });
}

async function placesOf(trx: Transaction<Database>, compound: string, now: Date): Promise<SiteConfig['places']> {
  const { rows } = await sql<{ id: string; name: string; kind: string; unit: string | null }>`
    select p.place_id as id, p.name, p.kind, w.path as unit
    from places p left join lateral (${unitOfPlace(sql`p.compound_id`, sql`p.place_id`, now)}) w on true
    where p.compound_id = ${compound}
    order by p.place_id`.execute(trx);
  return rows.map(({ unit, ...place }) => (unit === null ? place : { ...place, unit }));
}

interface DeviceRow {
  readonly id: string;
  readonly kind: SiteConfig['devices'][number]['kind'];
  readonly name: string;
  readonly profile: string | null;
  readonly masks: [number, number][][];
  readonly heldOpenSeconds: number | null;
  readonly place: string | null;
  readonly rules: DeviceRules | null;
  readonly doors: NonNullable<SiteDevice['doors']>;
  readonly behind: string | null;
}

async function devicesOf(trx: Transaction<Database>, compound: string, now: Date): Promise<SiteConfig['devices']> {
  const { rows } = await sql<DeviceRow>`
    select d.device_id as id, d.kind, d.name, d.profile, d.masks, d.held_open_seconds as "heldOpenSeconds",
      dp.place_id as place, d.rules, d.doors, d.behind
    from devices d
    left join device_places dp
      on dp.compound_id = d.compound_id and dp.device_id = d.device_id and dp.valid @> ${now}::timestamptz
    where d.compound_id = ${compound} and d.removed_at is null
    order by d.device_id`.execute(trx);
  return rows.map(({ profile, masks, heldOpenSeconds, place, rules, doors, behind, ...device }) => ({
    ...device,
    ...(profile === null ? {} : { profile }),
    ...(masks.length === 0 ? {} : { masks }),
    ...(heldOpenSeconds === null ? {} : { heldOpenSeconds }),
    ...(place === null ? {} : { place }),
    ...(rules === null ? {} : { rules }),
    ...(doors.length === 0 ? {} : { doors }),
    ...(behind === null ? {} : { behind }),
  }));
}
