import type { CloudProgram } from '../../support/cloud-program.js';
import { openSites, prepare, type Site } from '../cloud-ingest/load.js';
import { Storm } from './storm.js';

const SITES = 148;
const BATCH = 256;
const ALERTS_A_PANEL = 10;

export interface Town {
  /** Paths of units in which compounds lie. */
  readonly villages: readonly [string, ...string[]];
  readonly compounds: readonly string[];
  readonly sites: readonly Site[];
  /** Of each site: panel-1, panel-2, … */
  readonly panels: number;
  /** Of all sites but the first; signs and packs all of it, which takes some seconds of this process. */
  storm(): Storm;
}

/** Gateways all over a town, with a storm in them that lasts so long. */
export async function openTown(
  { url, administrator }: CloudProgram,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Town> {
  const rounds = Math.ceil((perSecond * seconds) / BATCH / (SITES - 1)) + 1;
  const panels = Math.ceil((rounds * BATCH) / ALERTS_A_PANEL);
  const sites = await openSites(url, administrator, { count: SITES, panels });
  const compounds = sites.map((_, index) => `fleet-${index + 1}`);
  const units = await villagesOf(administrator);
  for (const [index, compound] of compounds.entries())
    await administrator.put(`/api/places/${compound}/gate`, { unit: units[index % units.length]?.id });
  const villages = units.map(({ path }) => path) as [string, ...string[]];
  const storm = (): Storm => new Storm(url, prepare(sites.slice(1), rounds, BATCH), perSecond);
  return { villages, compounds, sites, panels, storm };
}

interface Unit {
  readonly id: string;
  readonly path: string;
  readonly level: number;
}

async function villagesOf(administrator: CloudProgram['administrator']): Promise<readonly Unit[]> {
  const { trees } = await administrator.get<{ readonly trees: readonly { readonly units: readonly Unit[] }[] }>(
    '/api/units',
  );
  return trees.flatMap(({ units }) => units).filter(({ level }) => level === 1);
}
