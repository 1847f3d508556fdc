import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Disk } from './disk.js';
import { judge, type Verdict } from './ledger.js';
import { seeded } from './random.js';
import { pause, talkFor, type Tried, Yard } from './yard.js';

/** A cut in the middle of a checkpoint (one in ten) finds even a hasty store on the disk. */
const CHECKED = 4;

const random = seeded();
let yard: Yard;
let disk: Disk | undefined;
let tried: Tried | undefined;

beforeAll(async () => {
  yard = await Yard.open();
}, 120_000);

afterEach(async () => {
  await tried?.gateway.kill();
  await disk?.remove();
}, 60_000);

afterAll(() => yard?.close(), 60_000);

interface Cutting {
  readonly name: string;
  /** At most so many; the first that loses something is the last. */
  readonly cuts: number;
  readonly node?: readonly string[];
}

/** Cuts the power at random moments while the cloud is away, and asks the cloud when the gateway is back. */
async function cut({ name, cuts, node }: Cutting): Promise<Verdict> {
  const folder = join(yard.folder, `${name}-disk`);
  await mkdir(folder);
  disk = await Disk.format(folder);
  tried = await yard.raise({ name, data: join(disk.root, 'gateway'), ...(node && { node }) });
  const { gateway, talkers } = tried;
  await disk.settle();
  let verdict: Verdict | undefined;
  for (let round = 0; round < cuts && !verdict?.missing.length; round += 1) {
    yard.line.cut();
    await talkFor(talkers, async () => {
      await pause(random.between(2000, 5000));
      await powerCut(tried as Tried, disk as Disk);
      yard.line.restore();
      await gateway.start();
    });
    await gateway.drained();
    verdict = judge(talkers, await yard.rows.events(gateway.gateway));
    report(name, round + 1, verdict);
  }
  return verdict as Verdict;
}

function report(name: string, cuts: number, { missing, doubled, ...figures }: Verdict): void {
  const line = { seed: random.seed, cuts, ...figures, missing: missing.length, doubled: doubled.length };
  process.stderr.write(`${name}: ${JSON.stringify(line)}\n`);
}

/** The gateway stands still, every PUBACK on its way arrives, and the disk is photographed. */
async function powerCut({ gateway }: Tried, cutDisk: Disk): Promise<void> {
  gateway.signal('SIGSTOP');
  await pause(300);
  const photograph = await cutDisk.photograph();
  await gateway.kill();
  await cutDisk.plugIn(photograph);
}

describe('a power cut while 10 panels send 200 events a second, 20 ms an fsync and no cloud', () => {
  it('loses no event with a PUBACK and doubles none, in 3 cuts', async () => {
    const { acknowledged, resent, missing, doubled } = await cut({ name: 'cut', cuts: 3 });
    expect({ missing, doubled }).toEqual({ missing: [], doubled: [] });
    expect(resent).toBeGreaterThan(0);
    expect(acknowledged).toBeGreaterThan(600);
  }, 300_000);

  it.each([
    ['whose store does not wait for the disk (synchronous=NORMAL)', 'normal', './normal-sync.mjs'],
    ['that acknowledges before it has stored', 'hasty', './early-puback.mjs'],
  ])(
    'is caught with a gateway %s',
    async (_says, name, hook) => {
      const node = ['--import', fileURLToPath(new URL(hook, import.meta.url))];
      const { missing } = await cut({ name, cuts: CHECKED, node });
      expect(missing.length).toBeGreaterThan(0);
    },
    300_000,
  );
});
