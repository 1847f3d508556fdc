import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { silentLog } from '@angrid/runtime';
import { sql } from 'kysely';
import { BenchSite, CloudBench } from '../../testing/gateway-site.js';
import { markReceived } from './leg-delivery.js';
import { LegSender } from './leg-sender.js';
import { runTimers } from './timers.js';

let bench: CloudBench;
let site: BenchSite;
beforeAll(async () => {
  bench = await CloudBench.open();
  site = await BenchSite.open(bench);
  await site.furnish();
}, 120_000);
afterAll(() => bench.close());

const climb = (): Promise<number> => runTimers(bench);

/** Each story begins an hour later, with no timer left over. */
beforeEach(async () => {
  bench.clock.jumpWall(3_600_000);
  while ((await climb()) > 0) bench.clock.jumpWall(3_600_000);
});

interface LegRow {
  readonly role: string;
  readonly rung: number;
  readonly state: string;
  readonly due: number | null;
}

/** The legs of the latest incident, with the seconds until their timers. */
async function legs(): Promise<readonly string[]> {
  const rows = await bench.rows(sql<LegRow>`
    select role, rung, state, extract(epoch from due_at - ${bench.now}::timestamptz)::integer as due
    from legs where incident_id = (select incident_id from incidents order by opened_at desc limit 1)
    order by role, rung`);
  return rows.map(({ role, rung, state, due }) => `${role}/${rung} ${state}${due === null ? '' : ` ${due} s`}`);
}

/** A transaction waits for a row that another one holds. */
async function isWaiting(): Promise<boolean> {
  const found = await bench.rows(sql`select 1 from pg_locks where locktype = 'transactionid' and not granted`);
  return found.length > 0;
}

const sender = (): LegSender =>
  new LegSender({
    ...{ db: bench.db, clock: bench.clock, log: silentLog, fourPlatforms: undefined },
    courier: { deliver: () => Promise.resolve(new Map()) },
  });

async function duress(): Promise<void> {
  const happening = { kind: 'sos.raised', device: 'door', at: bench.now } as const;
  await site.send('alarm', site.items.event(happening), site.items.alert(happening));
}

describe('an unconfirmed signal of severity 1', () => {
  it('climbs from the confirmers to the station desk to all property managers, 30 seconds each', async () => {
    await duress();
    expect(await legs()).toEqual(['confirmer/0 queued 30 s', 'property-manager/0 queued']);
    await bench.clock.advance(29_000);
    await climb();
    expect(await legs()).toEqual(['confirmer/0 queued 1 s', 'property-manager/0 queued']);
    await bench.clock.advance(1000);
    await climb();
    expect(await legs()).toEqual(['confirmer/0 timed-out', 'confirmer/1 queued 30 s', 'property-manager/0 queued']);
    await bench.clock.advance(30_000);
    await climb();
    await bench.clock.advance(30_000);
    await climb();
    expect(await legs()).toEqual([
      'confirmer/0 timed-out',
      'confirmer/1 timed-out',
      'confirmer/2 timed-out',
      'property-manager/0 queued',
    ]);
  });

  it('never becomes an officer’s task by silence alone', async () => {
    await duress();
    for (let minute = 0; minute < 10; minute += 1) {
      await bench.clock.advance(60_000);
      await climb();
    }
    const officers = await bench.rows(sql`
      select 1 from legs where role in ('handling-officer', 'responsible-officer', 'four-platforms')`);
    expect(officers).toEqual([]);
  });

  it('goes on where a process that had the timer is gone: the timer is a row', async () => {
    await duress();
    await bench.clock.advance(45_000);
    expect(await climb()).toBe(1);
    expect(await climb()).toBe(0);
    expect(await legs()).toContain('confirmer/1 queued 30 s');
  });

  it('climbs once, however many processes look', async () => {
    await duress();
    await bench.clock.advance(30_000);
    const climbed = await Promise.all([climb(), climb(), climb()]);
    expect(climbed).toContain(1);
    expect(await legs()).toEqual(['confirmer/0 timed-out', 'confirmer/1 queued 30 s', 'property-manager/0 queued']);
  });

  it('keeps no push of the incident waiting while it looks', async () => {
    await duress();
    await bench.clock.advance(30_000);
    const { climbing } = await bench.system(async (trx) => {
      await sql`select 1 from legs where role = 'confirmer' and state = 'queued' for no key update`.execute(trx);
      const climbing = climb();
      while (!(await isWaiting())) await setImmediate();
      await sender().work();
      return { climbing };
    });
    expect(await climbing).toBe(1);
    expect(await legs()).toEqual(['confirmer/0 timed-out', 'confirmer/1 queued 30 s', 'property-manager/0 sent']);
  });

  it('is noted as received only by who may have the incident: its pushes are free meanwhile', async () => {
    await duress();
    const pushes = await bench.rows(sql<{ leg: string }>`select leg_id as leg from legs where state = 'queued'`);
    const noted = { reception: 'delivered', now: bench.now } as const;
    const { receiving } = await bench.system(async (trx) => {
      await sql`select 1 from incidents for no key update`.execute(trx);
      const receiving = markReceived(
        bench.db,
        pushes.map(({ leg }) => leg),
        noted,
      );
      while (!(await isWaiting())) await setImmediate();
      await sql`select 1 from legs for no key update nowait`.execute(trx);
      return { receiving };
    });
    await receiving;
    expect(await legs()).toEqual(['confirmer/0 delivered 30 s', 'property-manager/0 delivered']);
  });

  it('stops where the incident is decided', async () => {
    await duress();
    await bench.system((trx) =>
      sql`update incidents set confirmed_by = 'person' where opened_at = ${bench.now}`.execute(trx),
    );
    await bench.clock.advance(30_000);
    await climb();
    expect(await legs()).toEqual(['confirmer/0 queued', 'property-manager/0 queued']);
  });
});
