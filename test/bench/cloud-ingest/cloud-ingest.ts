import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CloudProgram, startCloudProgram } from '../../support/cloud-program.js';
import { type Bench, type Figures, median, rounded } from '../bench.js';
import { AlertmanagerPeer } from './alertmanager-peer.js';
import { openSites, prepare, type Post, type Site } from './load.js';
import { PostgresPeer } from './postgres-peer.js';
import { send } from './senders.js';

const GATEWAYS = 148;
const RUNS = 3;
const BATCH = 256;
const BATCHES_EACH = 2;
const CONNECTIONS = 8;
const SINGLES_EACH = 40;
/** Fresh alerts of all runs, ten to a panel. */
const PANELS = Math.ceil(((RUNS + 1) * (BATCHES_EACH * BATCH + SINGLES_EACH)) / 10);

type Say = (text: string) => void;

/** How many alerts a cloud takes in, from the request to the commit, beside what its parts can do by themselves. */
export const cloudIngest: Bench = {
  name: 'cloud-ingest',
  about: `cloud-ingest: ${GATEWAYS} gateways, signed and packed batches over ${CONNECTIONS} connections, one alert in ten a duplicate, one in ten opens an incident; peers = PostgreSQL's own batched inserts of the same rows, Alertmanager`,
  run: async (say) => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const cloud = await startCloudProgram({ folder }, { login: 'admin', label: 'Administrator' });
    try {
      const site = { count: GATEWAYS, panels: PANELS };
      const sites = await openSites(cloud.url, cloud.administrator, site);
      say(`${GATEWAYS} gateways with ${PANELS} panels each`);
      return await measure({ cloud, folder, sites, say });
    } finally {
      await cloud.program.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Stage {
  readonly cloud: CloudProgram;
  readonly folder: string;
  readonly sites: readonly Site[];
  readonly say: Say;
}

async function measure(stage: Stage): Promise<Figures> {
  const { cloud, folder, sites, say } = stage;
  await send(cloud.url, prepare(sites, 1, BATCH), CONNECTIONS);
  const peer = await PostgresPeer.open(cloud.data);
  const alertmanager = await AlertmanagerPeer.start(join(folder, 'alertmanager'));
  const ours: number[] = [];
  const postgres: number[] = [];
  const perAlert: number[] = [];
  const single: number[] = [];
  const bareSingle: number[] = [];
  const theirSingle: number[] = [];
  for (let run = 1; run <= RUNS; run += 1) {
    const posts = prepare(sites, BATCHES_EACH, BATCH);
    await peer.mark();
    const batched = await send(cloud.url, posts, CONNECTIONS);
    const rate = batched.alerts / batched.seconds;
    const inserted = await peer.insert(posts.length, CONNECTIONS);
    const rows = inserted.rows / batched.alerts;
    const theirs = inserted.rows / inserted.seconds / rows;
    ours.push(rate);
    perAlert.push(rows);
    postgres.push(theirs);
    const grown = [...(await peer.grown())].map(([table, count]) => `${table} ${count}`);
    const one = await singles(stage, peer, alertmanager);
    single.push(one.ours);
    bareSingle.push(one.postgres);
    theirSingle.push(one.theirs);
    say(
      `run ${run}: ours ${rate.toFixed(0)} alerts/s, ${rows.toFixed(2)} rows an alert, PostgreSQL ${theirs.toFixed(0)} alerts/s; one a request: ours ${one.ours.toFixed(0)}, PostgreSQL ${one.postgres.toFixed(0)}, Alertmanager ${one.theirs.toFixed(0)} alerts/s`,
    );
    say(`  rows: ${grown.join(', ')}`);
  }
  await peer.close();
  await alertmanager.stop();
  return {
    gateways: GATEWAYS,
    ours_per_s: Math.round(median(ours)),
    rows_per_alert: rounded(median(perAlert), 2),
    postgres_per_s: Math.round(median(postgres)),
    ours_single_per_s: Math.round(median(single)),
    postgres_single_per_s: Math.round(median(bareSingle)),
    alertmanager_per_s: Math.round(median(theirSingle)),
    ratio_postgres: rounded(median(ours) / median(postgres), 2),
    ratio_alertmanager: rounded(median(single) / median(theirSingle), 2),
    runs: RUNS,
  };
}

interface Singles {
  readonly ours: number;
  /** The rows of each alert by themselves, durable: what no cloud on this PostgreSQL can exceed. */
  readonly postgres: number;
  readonly theirs: number;
}

async function singles({ cloud, sites }: Stage, peer: PostgresPeer, alertmanager: AlertmanagerPeer): Promise<Singles> {
  const posts: readonly Post[] = prepare(sites, SINGLES_EACH, 1);
  const alerts = posts.flatMap((post) => post.alerts);
  await peer.mark();
  const ours = await send(cloud.url, posts, CONNECTIONS);
  const bare = await peer.insert(posts.length, CONNECTIONS);
  const theirs = await alertmanager.send(alerts, 1, CONNECTIONS);
  return {
    ours: ours.alerts / ours.seconds,
    postgres: posts.length / bare.seconds,
    theirs: theirs.alerts / theirs.seconds,
  };
}
