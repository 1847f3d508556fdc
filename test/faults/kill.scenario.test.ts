import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { judge, type Verdict } from './ledger.js';
import { seeded } from './random.js';
import { pause, talkFor, type Trial, Yard } from './yard.js';

const random = seeded();
let yard: Yard;

beforeAll(async () => {
  yard = await Yard.open();
}, 120_000);

afterAll(() => yard?.close(), 60_000);

/** Kills the gateway at random moments under 200 events a second, and asks the cloud in the end. */
async function killed(trial: Trial, { times }: { readonly times: number }): Promise<Verdict> {
  const { gateway, talkers } = await yard.raise(trial);
  await talkFor(talkers, async () => {
    for (let round = 0; round < times; round += 1) {
      await pause(random.between(200, 2200));
      await gateway.kill();
      await gateway.start();
    }
    await pause(1000);
  });
  await gateway.drained();
  const verdict = judge(talkers, await yard.rows.events(gateway.gateway));
  await gateway.stop();
  report(trial.name, { seed: random.seed, kills: times, ...verdict });
  return verdict;
}

function report(name: string, { missing, doubled, ...figures }: Verdict & Readonly<Record<string, unknown>>): void {
  process.stderr.write(
    `${name}: ${JSON.stringify({ ...figures, missing: missing.length, doubled: doubled.length })}\n`,
  );
}

describe('a gateway that is killed with -9 while 10 panels send 200 events a second, 20 ms an fsync', () => {
  it('brings every event with a PUBACK to the cloud exactly once, in 20 kills', async () => {
    const { acknowledged, resent, missing, doubled } = await killed({ name: 'kill' }, { times: 20 });
    expect({ missing, doubled }).toEqual({ missing: [], doubled: [] });
    expect(resent).toBeGreaterThan(0);
    expect(acknowledged).toBeGreaterThan(1000);
  }, 400_000);

  it('is caught when it acknowledges before it has stored', async () => {
    const spoilt = ['--import', fileURLToPath(new URL('./early-puback.mjs', import.meta.url))];
    const { missing } = await killed({ name: 'early', node: spoilt }, { times: 4 });
    expect(missing.length).toBeGreaterThan(0);
  }, 200_000);
});
