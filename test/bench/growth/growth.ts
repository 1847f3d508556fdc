import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, type Figures, median, numbersOf, percentile, rounded, type Say } from '../bench.js';
import { City, type Viewer } from './city.js';

const FEW = 100_000;
const MANY = 10_000_000;
const RUNS = 7;
const ASKS = 40;
/** Of a stored row, with its indexes and what writing it takes for a while. */
const BYTES_A_ROW = 1500;
/** As the console asks them. */
const WALL = '/api/incidents?state=open&limit=100';
const TREE = '/api/units';

/** What an alert costs, and how long wall and unit tree take, when a hundred times as much has been stored. */
export const growth: Bench = {
  name: 'growth',
  about:
    'growth: a city of 148 compounds with little stored and with much; ingest in turn, wall and unit tree by consoles of several scopes (--rows)',
  run: async (say, args) => {
    const { rows } = numbersOf(args, { rows: MANY });
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const cities: City[] = [];
    try {
      await requireRoom(folder, rows * BYTES_A_ROW);
      for (const [name, wanted] of [
        ['few', Math.min(FEW, rows / 10)],
        ['many', rows],
      ] as const) {
        const started = performance.now();
        const city = await City.open(join(folder, name), wanted);
        cities.push(city);
        say(`${city.rows} rows are stored (${((performance.now() - started) / 1000).toFixed(0)} s)`);
      }
      const [few, many] = cities as [City, City];
      return { ...(await timeQueries(many, say)), ...(await compareCost(few, many, say)), runs: RUNS };
    } finally {
      for (const city of cities) await city.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function requireRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const gib = (of: number): string => (of / 2 ** 30).toFixed(1);
  if (bavail * bsize < bytes) throw new Error(`${gib(bytes)} GiB are needed, ${gib(bavail * bsize)} GiB are free`);
}

/** In turn, each time the other one first: what else the machine does falls on both. */
async function compareCost(few: City, many: City, say: Say): Promise<Figures> {
  const costs = new Map<City, number[]>([
    [few, []],
    [many, []],
  ]);
  for (let run = 0; run <= RUNS; run += 1) {
    for (const city of run % 2 === 0 ? [few, many] : [many, few]) {
      const cost = await city.takeIn();
      if (run > 0) costs.get(city)?.push(cost);
    }
  }
  const [before, after] = [costs.get(few) ?? [], costs.get(many) ?? []];
  const shown = (of: readonly number[]): string => of.map((us) => us.toFixed(0)).join(' ');
  say(`an alert, µs: ${shown(before)} with few rows, ${shown(after)} with many`);
  return {
    rows_from: few.rows,
    rows_to: many.rows,
    alert_us_from: rounded(median(before)),
    alert_us_to: rounded(median(after)),
    cost_ratio: rounded(median(after.map((us, run) => us / (before[run] ?? Number.NaN))), 2),
  };
}

async function timeQueries(city: City, say: Say): Promise<Figures> {
  const viewers = await city.viewers();
  const wall = await ask(viewers, WALL, say);
  const tree = await ask(viewers, TREE, say);
  return {
    wall_p50_ms: rounded(median(wall)),
    wall_p99_ms: rounded(percentile(wall, 99)),
    tree_p50_ms: rounded(median(tree)),
    tree_p99_ms: rounded(percentile(tree, 99)),
  };
}

/** From the request to the parsed answer, ms; one at a time, after a first round that does not count. */
async function ask(viewers: readonly Viewer[], path: string, say: Say): Promise<readonly number[]> {
  const times = new Map<string, number[]>();
  for (let round = 0; round <= ASKS; round += 1) {
    for (const { sees, client } of viewers) {
      const started = performance.now();
      await client.get(path);
      const known = times.get(sees) ?? [];
      if (round > 0) times.set(sees, [...known, performance.now() - started]);
    }
  }
  for (const [sees, of] of times)
    say(`${path} by who sees ${sees}: p50 ${median(of).toFixed(1)} ms, p99 ${percentile(of, 99).toFixed(1)} ms`);
  return [...times.values()].flat();
}
