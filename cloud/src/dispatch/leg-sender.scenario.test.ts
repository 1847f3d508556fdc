import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret, silentLog } from '@angrid/runtime';
import { sql } from 'kysely';
import { BenchSite, CloudBench } from '../../testing/gateway-site.js';
import { WebhookReceiver } from '../../testing/webhook-receiver.js';
import type { Courier } from '../channels/channel.js';
import { LegSender } from './leg-sender.js';

let bench: CloudBench;
let site: BenchSite;
let receiver: WebhookReceiver;
let sender: LegSender;

/** No target is set up. */
const nobody: Courier = { deliver: () => Promise.resolve(new Map()) };

const senderTo = (target: WebhookReceiver | undefined): LegSender =>
  new LegSender({
    db: bench.db,
    clock: bench.clock,
    log: silentLog,
    courier: nobody,
    fourPlatforms: target && { url: new URL(target.url), secret: new Secret(target.secret) },
  });

beforeAll(async () => {
  bench = await CloudBench.open();
  site = await BenchSite.open(bench);
  await site.furnish();
}, 120_000);
afterAll(() => bench.close());
beforeEach(async () => {
  bench.clock.jumpWall(3_600_000);
  receiver = await WebhookReceiver.open();
  sender = senderTo(receiver);
});
afterEach(() => receiver.close());

/** A forced door with motion at its camera: two sources agree, and the legs open. */
async function forcedDoor(options: { exercise?: boolean } = {}): Promise<void> {
  const { items } = site;
  const at = bench.now;
  const motion = { kind: 'motion.started', device: 'cam', at, ...options } as const;
  const forced = { kind: 'door.forced', device: 'door', at, ...options } as const;
  await site.send('alarm', items.event(motion), items.alert(motion), items.event(forced), items.alert(forced));
}

/** The latest incident is settled before anybody has looked at the queue. */
async function resolve(): Promise<void> {
  await bench.system((trx) => sql`update incidents set state = 'resolved' where opened_at = ${bench.now}`.execute(trx));
}

interface LegRow {
  readonly id: string;
  readonly role: string;
  readonly state: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly receipt: Record<string, unknown> | null;
}

async function legs(): Promise<Readonly<Record<string, LegRow>>> {
  const rows = await bench.rows(sql<LegRow>`
    select leg_id as id, role, state, attempts, last_error as error, receipt from legs
    where incident_id = (select incident_id from incidents order by opened_at desc limit 1)`);
  return Object.fromEntries(rows.map((row) => [row.role, row]));
}

describe('the leg to the four platforms', () => {
  it('is posted with a signature, and says what and where but shows nobody', async () => {
    await forcedDoor();
    await sender.work();
    const { 'four-platforms': leg } = await legs();
    expect(leg).toMatchObject({ state: 'delivered', attempts: 1, receipt: { status: 200, text: '{"received":true}' } });
    expect(receiver.pushes).toMatchObject([
      {
        id: leg?.id,
        genuine: true,
        body: {
          type: 'incident.confirmed',
          data: {
            kind: 'door.forced',
            confirmedBy: 'two-sources',
            place: '东门',
            unit: { names: ['苏溪镇', expect.any(String), '3 号楼'] },
          },
        },
      },
    ]);
    expect(JSON.stringify(receiver.pushes)).not.toMatch(/jpeg|mp4|evidence/);
  });

  it('is posted again after a pause that grows, with the same id, until it is received', async () => {
    receiver.answers.push(500, 302);
    await forcedDoor();
    await sender.work();
    expect((await legs())['four-platforms']).toMatchObject({ state: 'queued', attempts: 1, error: 'HTTP 500' });
    await bench.clock.advance(4999);
    await sender.work();
    expect(receiver.pushes).toHaveLength(1);
    await bench.clock.advance(1);
    await sender.work();
    expect((await legs())['four-platforms']).toMatchObject({ state: 'queued', attempts: 2, error: 'HTTP 302' });
    await bench.clock.advance(30_000);
    await sender.work();
    expect((await legs())['four-platforms']).toMatchObject({ state: 'delivered', attempts: 3, error: null });
    expect(new Set(receiver.pushes.map(({ id }) => id)).size).toBe(1);
  });

  it('is posted once, however many processes work the queue', async () => {
    await forcedDoor();
    await Promise.all([sender.work(), senderTo(receiver).work(), senderTo(receiver).work()]);
    expect(receiver.pushes).toHaveLength(1);
  });

  it('is taken up again where the process that claimed it died', async () => {
    await forcedDoor();
    await bench.system((trx) =>
      sql`update legs set attempts = 1, next_attempt_at = ${new Date(bench.clock.wall() + 60_000)}
          where channel = 'webhook' and state = 'queued'`.execute(trx),
    );
    await sender.work();
    expect(receiver.pushes).toHaveLength(0);
    await bench.clock.advance(60_000);
    await sender.work();
    expect(receiver.pushes).toHaveLength(1);
  });

  it('is not posted any more where the receiver says that it is gone', async () => {
    receiver.answers.push(410);
    await forcedDoor();
    await sender.work();
    expect((await legs())['four-platforms']).toMatchObject({ state: 'failed', error: 'HTTP 410' });
    bench.clock.jumpWall(3_600_000);
    await forcedDoor();
    await sender.work();
    expect((await legs())['four-platforms']?.state).toBe('failed');
    expect(receiver.pushes).toHaveLength(1);
  });

  it('fails and says why where nothing is configured', async () => {
    await forcedDoor();
    await senderTo(undefined).work();
    expect((await legs())['four-platforms']).toMatchObject({
      state: 'failed',
      error: 'no-platform',
    });
  });

  it('is posted with the state where the matter is over by then', async () => {
    await forcedDoor();
    await resolve();
    await sender.work();
    expect(receiver.pushes).toMatchObject([{ body: { data: { state: 'resolved' } } }]);
  });

  it('leaves the house in no exercise', async () => {
    await forcedDoor({ exercise: true });
    await sender.work();
    expect((await legs())['four-platforms']).toMatchObject({ state: 'sent', receipt: { exercise: true } });
    expect(receiver.pushes).toEqual([]);
  });
});

describe('a leg to a robot or a mailbox', () => {
  it.each(['wecom', 'email'])('of what is over by then calls nobody: %s', async (channel) => {
    await forcedDoor();
    await resolve();
    await bench.system((trx) =>
      sql`update legs set channel = ${channel} where role = 'four-platforms' and state = 'queued'`.execute(trx),
    );
    await sender.work();
    expect((await legs())['four-platforms']).toMatchObject({ state: 'withdrawn', error: null });
  });
});

describe('a leg at the console', () => {
  it('is sent with the first look at the queue', async () => {
    await forcedDoor();
    await sender.work();
    const { 'property-manager': manager, 'handling-officer': officer } = await legs();
    expect([manager?.state, officer?.state]).toEqual(['sent', 'sent']);
  });
});
