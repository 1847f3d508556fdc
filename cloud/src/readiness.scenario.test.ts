import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gatewayPaths } from '@angrid/contract';
import { sql } from 'kysely';
import { GatewayClient } from '../testing/gateway-client.js';
import { BenchSite, CloudBench } from '../testing/gateway-site.js';
import { startTemporaryCloud, type TemporaryCloud } from '../testing/temporary-cloud.js';
import { placeFeedBatches } from './dispatch/feed-sequencer.js';
import { holdLock } from './platform/database/index.js';
import { CloudReadiness } from './readiness.js';

let bench: CloudBench;
let site: BenchSite;
let cloud: TemporaryCloud;
beforeAll(async () => {
  bench = await CloudBench.open();
  site = await BenchSite.open(bench, 'east');
  await site.furnish();
  cloud = await startTemporaryCloud({ database: bench.db, clock: bench.clock });
}, 180_000);
afterAll(async () => {
  await cloud.stop();
  await bench.close();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${cloud.url}${path}`, { headers });
const forced = () => ({ kind: 'door.forced', device: 'door', at: bench.now }) as const;

describe('a process of the cloud', () => {
  it('is ready while what happens reaches the consoles, and not while the feed stands still', async () => {
    expect((await get('/readyz')).status).toBe(200);
    await bench.system(async (trx) => {
      await holdLock('feed positions').execute(trx);
      await site.send('alarm', site.items.event(forced()), site.items.alert(forced()));
      bench.clock.jumpWall(16_000);
      const answer = await get('/readyz');
      expect(answer.status).toBe(503);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(await answer.json()).toMatchObject({ code: 'cloud.not-ready', detail: 'the live feed is 16 s behind' });
      expect(await (await get('/metrics')).text()).toMatch(/^angrid_feed_unplaced [1-9]/m);
    });
  });

  it('is not ready when a job does not get on, when it stops, and when the database does not answer', async () => {
    const { db, clock } = bench;
    const gone = { service: { transaction: () => { throw new Error('gone'); } } } as unknown as typeof db; // prettier-ignore
    await placeFeedBatches(db);
    const stuck = new CloudReadiness({ db, clock, stuck: () => ['legs'] });
    expect(await stuck.faults()).toEqual(['stuck: legs']);
    stuck.stop();
    expect(await stuck.faults()).toEqual(['it stops']);
    const alone = new CloudReadiness({ db: gone, clock, stuck: () => [] });
    expect(await alone.faults()).toEqual(['the database does not answer']);
  });
});

describe('the numbers of a process', () => {
  it('tell of the process itself, of what waits and of what came', async () => {
    const gateway = new GatewayClient(cloud.url, site.gateway);
    const { body } = await gateway.post(gatewayPaths.token, site.gateway.tokenRequest());
    gateway.token = String(body?.['token']);
    const at = bench.now;
    const batch = site.gateway.batch('alarm', [
      site.items.event({ ...forced(), at }),
      site.items.alert({ ...forced(), at }),
    ]);
    for (let time = 0; time < 2; time += 1) expect((await gateway.sendBatch(batch)).status).toBe(200);
    await bench.rows(sql`
      update legs set state = 'queued', next_attempt_at = ${new Date(bench.now.getTime() + 3_600_000)},
        queued_at = ${new Date(bench.now.getTime() - 90_000)}`);
    const text = await (await get('/metrics')).text();
    expect(text).toMatch(/^angrid_alerts_accepted_total 1$/m);
    expect(text).toMatch(/^process_cpu_seconds_total /m);
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
    expect(text).toMatch(/^angrid_legs_queued\{channel="console"\} [1-9]/m);
    expect(text).toMatch(/^angrid_legs_oldest_queued_seconds 90$/m);
  });

  it('are for a collector on this machine, and for nobody behind a proxy', async () => {
    const answer = await get('/metrics', { 'x-forwarded-for': '192.0.2.1' });
    expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'auth.forbidden' }]);
  });
});
