import { arch, release, totalmem, type as systemType } from 'node:os';
import { AnGridError, type SiteConfig } from '@angrid/contract';
import type { DeviceLedger, DeviceRow, ProfileRow, Quarantined, Status } from '../../control/answers.js';
import type { Finding } from '../../control/finding.js';
import { version } from '../../version.js';
import type { Context } from '../context.js';
import type { GatewayClient } from '../gateway-client.js';

/** What helps to find a fault and tells nothing of a person: one JSON value a file. */
export type Contents = Readonly<Record<string, unknown>>;

/** Only what can be asked for now; `missing.json` says what could not, and why. */
export async function contentsOf(findings: readonly Finding[], context: Context): Promise<Contents> {
  const missing: Record<string, string> = {};
  const contents: Record<string, unknown> = { 'about.json': aboutOf(context), 'doctor.json': findings.map(findingOf) };
  const take = async (name: string, read: () => unknown): Promise<void> => {
    try {
      contents[name] = await read();
    } catch (error) {
      if (!(error instanceof AnGridError)) throw error;
      missing[name] = error.code;
    }
  };
  await take('settings.json', () => context.settings());
  const ask = (): GatewayClient => context.gateway();
  await take('status.json', () => ask().get<Status>('/status'));
  await take('devices.json', async () => (await ask().get<readonly DeviceRow[]>('/devices')).map(deviceOf));
  await take('ledgers.json', () => ask().get<readonly DeviceLedger[]>('/ledgers'));
  await take('site.json', async () => siteOf(await ask().get<SiteConfig>('/site')));
  await take('profiles.json', async () =>
    (await ask().get<readonly ProfileRow[]>('/profiles')).map(({ label }) => label),
  );
  await take('quarantine.json', () => ask().get<readonly Quarantined[]>('/quarantine'));
  await take('metrics.json', () => ask().get<unknown>('/metrics'));
  return Object.keys(missing).length > 0 ? { ...contents, 'missing.json': missing } : contents;
}

function aboutOf({ world, locale }: Context) {
  return {
    version,
    node: process.version,
    system: `${systemType()} ${release()} ${arch()}`,
    memoryMegabytes: Math.round(totalmem() / 1e6),
    madeAt: new Date(world.clock.wall()).toISOString(),
    locale,
  };
}

function findingOf({ values: { name: _name, ...values }, ...finding }: Finding) {
  return { ...finding, values };
}

/** Without names, which may be those of people, and without addresses and users. */
function deviceOf({ id, kind, profile, profileKnown, state, since, inSite, cameras, ...row }: DeviceRow) {
  const { clockSkewMs, health, stream } = row;
  return { id, kind, profile, profileKnown, state, since, inSite, cameras, clockSkewMs, health, stream };
}

function siteOf({ version: configVersion, site, places, devices, links, rules }: SiteConfig) {
  const { id, siteClass, purpose, timezone, night } = site;
  const counts = { places: places.length, devices: devices.length, links: links.length };
  return { configVersion, id, siteClass, purpose, timezone, night, counts, rules };
}
