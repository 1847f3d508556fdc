import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CloudProgram, startCloudProgram } from '../support/cloud-program.js';
import { GatewayProgram } from '../support/gateway-program.js';
import { plainCompound } from '../support/plain-compound.js';
import { WirePanel } from '../support/wire-panel.js';
import { type Bench, type Figures, numbersOf, type Say } from './bench.js';
import { openAudience, VIEWERS } from './ingest-sse/audience.js';
import { Stopwatch } from './ingest-sse/stopwatch.js';
import { openTown, type Town } from './ingest-sse/town.js';
import { runTrial, TRIAL_SECONDS } from './ingest-sse/trial.js';

const PANELS = 100;
const PER_SECOND = 2000;
const COMPOUND = 'bench';

/** From a panel's PUBLISH of an alarm to its alert in the stream of a console. */
export const firstLight: Bench = {
  name: 'first-light',
  about: `first-light: from ${PANELS} panels through their gateway to ${VIEWERS} consoles of different scopes, with ${PER_SECOND} alerts a second of other gateways (--rate); cloud and gateway as processes`,
  run: async (say, args) => {
    const { rate } = numbersOf(args, { rate: PER_SECOND });
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const cloud = await startCloudProgram({ folder }, { login: 'admin', label: 'Administrator' });
    const environment = { ANGRID_GATEWAY_MEDIA_RING: join(folder, 'ring') };
    const gateway = await GatewayProgram.at({ data: join(folder, 'gateway'), environment });
    try {
      const town = await openTown(cloud, { perSecond: rate, seconds: TRIAL_SECONDS });
      const links = await openSite(cloud, gateway, town);
      return await measure({ cloud, town, links }, say);
    } finally {
      await gateway.kill();
      await cloud.program.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const devices = Array.from({ length: PANELS }, (_, index) => `panel-${index + 1}`);

/** The compound whose panels are real, at a place of the first village. */
async function openSite(
  { administrator, httpsUrl }: CloudProgram,
  gateway: GatewayProgram,
  { villages }: Town,
): Promise<readonly WirePanel[]> {
  const unit = villages[0].split('/').at(-1);
  await administrator.post('/api/compounds', plainCompound(COMPOUND));
  await administrator.post('/api/places', { compound: COMPOUND, id: 'gate', name: 'Gate', kind: 'gate', unit });
  const codes = '/api/gateways/enrolment-codes';
  const { code } = await administrator.post<{ readonly code: string }>(codes, { compound: COMPOUND });
  await gateway.enrol(httpsUrl, code);
  await gateway.start();
  const accesses = await gateway.pair(devices);
  const links = await Promise.all(accesses.map((access) => WirePanel.connect(access)));
  await gateway.drained();
  for (const device of devices) await administrator.put(`/api/devices/${COMPOUND}/${device}/place`, { place: 'gate' });
  return links;
}

interface Stage {
  readonly cloud: CloudProgram;
  readonly town: Town;
  readonly links: readonly WirePanel[];
}

async function measure({ cloud, town, links }: Stage, say: Say): Promise<Figures> {
  const stopwatch = new Stopwatch(COMPOUND, ({ payload }) => `${payload.device.id} ${payload.state}`);
  const [village, ...villages] = town.villages;
  const watched = { compound: COMPOUND, village, others: town.compounds, villages };
  const viewers = await openAudience(cloud, watched, stopwatch);
  const panels = links.map((link, index) => new Alarm(link, devices[index] ?? '', stopwatch));
  let turn = 0;
  const raise = async (): Promise<void> => panels[turn++ % panels.length]?.next();
  const figures = await runTrial({ stopwatch, storm: town.storm(), raise }, say);
  for (const viewer of viewers) viewer.leave();
  for (const link of links) link.leave();
  return figures;
}

/** Raises and clears an alarm in turn. */
class Alarm {
  private sequence = 0;

  constructor(
    private readonly link: WirePanel,
    private readonly device: string,
    private readonly stopwatch: Stopwatch,
  ) {}

  async next(): Promise<void> {
    this.sequence += 1;
    const raises = this.sequence % 2 === 1;
    const event = raises ? 'tamper.device' : 'tamper.device_ended';
    const body = { event, seq: this.sequence, boot: 'b1', time: new Date().toISOString(), door: '1' };
    this.stopwatch.start(`${this.device} ${raises ? 'active' : 'cleared'}`);
    await this.link.publish(`angrid/v1/${this.device}/event`, JSON.stringify(body));
  }
}
