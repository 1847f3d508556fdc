import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { silentLog } from '@angrid/runtime';
import { sql } from 'kysely';
import { type BenchSite, CloudBench } from '../../testing/gateway-site.js';
import { Presence } from './presence.js';
import { SilenceWatch } from './silence-watch.js';

let bench: CloudBench;
let site: BenchSite;
let watch: SilenceWatch;
let presence: Presence;

beforeEach(async () => {
  bench = await CloudBench.open();
  site = await bench.openSite();
  const { db, clock } = bench;
  presence = new Presence(db, clock);
  watch = new SilenceWatch({ db, clock, log: silentLog, silenceMs: 45_000 });
  watch.start();
}, 60_000);

afterEach(() => bench.close());

/** How often the consoles were told about the gateway since its enrolment. */
async function told(): Promise<number> {
  await watch.stop();
  watch.start();
  const [row] = await bench.rows(sql<{ count: number }>`
    select count(*) as count from feed where topic = 'gateway' and subject = ${site.gateway.id}`);
  return Number(row?.count) - 1;
}

it('tells the consoles once when a gateway falls silent, and once when it is back', async () => {
  await bench.clock.advance(45_000);
  expect(await told()).toBe(0);
  await bench.clock.advance(5000);
  expect(await told()).toBe(1);
  await bench.clock.advance(60_000);
  expect(await told()).toBe(1);
  await presence.saw(site.principal);
  await bench.clock.advance(5000);
  expect(await told()).toBe(2);
});

it('says nothing of a gateway that is heard', async () => {
  for (let passed = 0; passed < 120_000; passed += 15_000) {
    await presence.saw(site.principal);
    await bench.clock.advance(15_000);
  }
  expect(await told()).toBe(0);
});
