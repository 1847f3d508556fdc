import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { UnnumberedAlert } from '../../simulators/fleet/fleet-gateway.js';
import { type CloudProgram, startCloudProgram } from '../../support/cloud-program.js';
import type { Site } from '../cloud-ingest/load.js';
import { send } from '../cloud-ingest/senders.js';
import { type Bench, numbersOf, type Say } from '../bench.js';
import { openAudience, VIEWERS } from './audience.js';
import { Stopwatch } from './stopwatch.js';
import { openTown } from './town.js';
import { runTrial, TRIAL_SECONDS } from './trial.js';

const PER_SECOND = 2000;

/** The cloud's part of first-light: from the request of a gateway to the line in the stream of a console. */
export const ingestSse: Bench = {
  name: 'ingest-sse',
  about: `ingest-sse: from the POST of an alert to ${VIEWERS} consoles of different scopes, with ${PER_SECOND} other alerts a second (--rate)`,
  run: async (say, args) => {
    const { rate } = numbersOf(args, { rate: PER_SECOND });
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const cloud = await startCloudProgram({ folder }, { login: 'admin', label: 'Administrator' });
    try {
      return await measure(cloud, rate, say);
    } finally {
      await cloud.program.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function measure(cloud: CloudProgram, perSecond: number, say: Say): ReturnType<Bench['run']> {
  const town = await openTown(cloud, { perSecond, seconds: TRIAL_SECONDS });
  const [site] = town.sites;
  const [compound = '', ...others] = town.compounds;
  if (!site) throw new Error('a town without gateways');
  const stopwatch = new Stopwatch(compound, ({ subject }) => subject);
  const [village, ...villages] = town.villages;
  const viewers = await openAudience(cloud, { compound, village, others, villages }, stopwatch);
  const raise = alarmsOf(cloud.url, { site, panels: town.panels }, stopwatch);
  const figures = await runTrial({ stopwatch, storm: town.storm(), raise }, say);
  for (const viewer of viewers) viewer.leave();
  return figures;
}

interface Probe {
  readonly site: Site;
  readonly panels: number;
}

/** One panel after the other. As a gateway does: what waits while a batch is under way goes with the next one. */
function alarmsOf(base: string, { site: { gateway }, panels }: Probe, stopwatch: Stopwatch): () => Promise<void> {
  const waiting: UnnumberedAlert[] = [];
  let made = 0;
  let last = Promise.resolve();
  return () => {
    made += 1;
    const alert = gateway.alert('door.forced', `panel-${1 + (made % panels)}`, new Date());
    stopwatch.start(alert.data.alert);
    waiting.push(alert);
    last = last.then(async () => {
      const alerts = waiting.splice(0);
      if (alerts.length === 0) return;
      const body = gzipSync(gateway.batch(alerts), { level: 1 });
      await send(base, [{ gateway: 0, token: gateway.token, body, alerts }], 1);
    });
    return last;
  };
}
