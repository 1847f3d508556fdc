import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BatchAnswer } from '@angrid/contract';
import { sql } from 'kysely';
import { type BenchSite, CloudBench } from '../../testing/gateway-site.js';

let bench: CloudBench;
let site: BenchSite;

beforeAll(async () => {
  bench = await CloudBench.open();
});

afterAll(() => bench.close());

beforeEach(async () => {
  site = await bench.openSite();
  await site.furnish();
});

const passages = (...keys: string[]) =>
  keys.map((key) => site.items.event({ kind: 'access.granted', device: 'door', at: bench.now, key }));
const gaps = () =>
  bench.rows(sql<{ of: string; lane: string; first: number; last: number; reason: string }>`
    select of, lane, first_sequence as first, last_sequence as last, reason from gaps where compound_id = ${site.compound} order by first_sequence`);
const openEpoch = ({ openEpoch: wanted }: BatchAnswer) => wanted ?? false;

describe('a batch', () => {
  it('is stored, and each of its events is accepted by id', async () => {
    const events = passages('a', 'b', 'c');
    const answer = await site.send('record', ...events);
    expect(answer).toMatchObject({ accepted: events.map(({ id }) => id), duplicate: [], rejected: [] });
    expect(await site.count('events')).toBe(3);
  });

  it('says which site configuration the cloud holds', async () => {
    const { siteVersion } = await site.send('record', ...passages('a'));
    const [{ version } = { version: -1 }] = await bench.rows(
      sql<{ version: number }>`select max(version) as version from site_configs where compound_id = ${site.compound}`,
    );
    expect(siteVersion).toBe(version);
  });

  it('that is sent again is all duplicates, and changes nothing', async () => {
    const at = bench.now;
    const forced = { kind: 'door.forced', device: 'door', at } as const;
    const bytes = site.gateway.batch('alarm', [
      site.items.event(forced),
      site.items.alert(forced),
      site.items.provision(at, { op: 'link.place', device: 'cam', place: 'gate' }),
    ]);
    const first = await site.sendBytes(bytes);
    const tables = ['events', 'alerts', 'incidents', 'legs', 'site_configs', 'feed'];
    const before = await Promise.all(tables.map((table) => site.count(table)));
    const again = await site.sendBytes(bytes);
    expect(again.duplicate).toEqual(first.accepted);
    expect(again.accepted).toEqual([]);
    expect(await Promise.all(tables.map((table) => site.count(table)))).toEqual(before);
    expect(openEpoch(again)).toBe(false);
  });

  it('that overlaps one whose answer was lost adds only what is new', async () => {
    const before = site.gateway.stateOf('record');
    const [a, b, c] = passages('a', 'b', 'c');
    await site.send('record', a!, b!);
    site.gateway.restore('record', before);
    const answer = await site.send('record', a!, b!, c!);
    expect(answer).toMatchObject({ duplicate: [a!.id, b!.id], accepted: [c!.id] });
    expect(openEpoch(answer)).toBe(false);
  });

  it('with an item that breaks the contract is taken without it, and the item is named', async () => {
    const [good] = passages('a');
    const bad = { ...passages('b')[0]!, type: 'cn.angrid.door.exploded.v1' };
    const answer = await site.send('record', good!, bad as never);
    expect(answer.accepted).toEqual([good!.id]);
    expect(answer.rejected).toEqual([expect.objectContaining({ id: bad.id, code: 'contract.violation' })]);
  });

  it('with a text that no database stores is taken without that item', async () => {
    const [good] = passages('a');
    const nul = site.items.provision(bench.now, { op: 'device.upsert', device: 'x', kind: 'lock', name: 'a\u0000b' });
    const half = site.items.provision(bench.now, { op: 'device.upsert', device: 'y', kind: 'lock', name: '\ud800' });
    const answer = await site.sendBytes(site.gateway.batch('alarm', [nul, half]));
    expect(answer.rejected.map(({ id }) => id)).toEqual([nul.id, half.id]);
    expect(await site.send('record', good!)).toMatchObject({ accepted: [good!.id] });
  });

  it('with work for a place that is not there is taken without that item, and nothing of it stays', async () => {
    const lost = site.items.provision(bench.now, { op: 'link.place', device: 'door', place: 'nowhere' });
    const good = site.items.provision(bench.now, { op: 'device.upsert', device: 'new', kind: 'panel', name: '新' });
    const answer = await site.send('alarm', lost, good);
    expect(answer.rejected).toEqual([expect.objectContaining({ id: lost.id, code: 'link.unknown-place' })]);
    expect(answer.accepted).toEqual([good.id]);
    const places = await bench.rows(sql`select place_id from device_places
      where compound_id = ${site.compound} and device_id = 'door'`);
    expect(places).toEqual([{ place_id: 'gate' }]);
  });

  it('leaves nothing behind where a step fails', async () => {
    const at = bench.now;
    const forced = { kind: 'door.forced', device: 'door', at } as const;
    await bench.db.asOwner((owner) =>
      sql`alter table legs add constraint broken check (role <> 'property-manager') not valid`.execute(owner),
    );
    const bytes = site.gateway.batch('alarm', [site.items.event(forced), site.items.alert(forced)]);
    const feed = await site.count('feed');
    await expect(site.sendBytes(bytes)).rejects.toMatchObject({ code: 'contract.violation' });
    expect(await site.count('events')).toBe(0);
    expect(await site.count('alerts')).toBe(0);
    expect(await site.count('incidents')).toBe(0);
    expect(await site.count('feed')).toBe(feed);

    await bench.db.asOwner((owner) => sql`alter table legs drop constraint broken`.execute(owner));
    expect((await site.sendBytes(bytes)).accepted).toHaveLength(2);
  });
});

describe('batches of several lanes at the same moment', () => {
  it('are all taken, although they change the same devices', async () => {
    const devices = Array.from({ length: 30 }, (_, index) => `d${index}`);
    const upserts = devices.map((device) =>
      site.items.provision(bench.now, { op: 'device.upsert', device, kind: 'panel', name: device }),
    );
    await site.send('alarm', ...upserts);
    const events = (kind: 'door.forced' | 'door.opened', order: readonly string[], key: string) =>
      order.map((device) => site.items.event({ kind, device, at: bench.now, key }));
    for (const round of ['1', '2', '3', '4', '5']) {
      const [forced, opened] = await Promise.all([
        site.send('alarm', ...events('door.forced', devices, round)),
        site.send('record', ...events('door.opened', devices.toReversed(), round)),
      ]);
      expect([forced.accepted.length, opened.accepted.length]).toEqual([30, 30]);
    }
  });
});

describe('the numbers of a lane', () => {
  it('that are skipped become a gap', async () => {
    await site.send('record', ...passages('a', 'b'));
    site.gateway.skip('record', 3);
    await site.send('record', ...passages('c'));
    expect(await gaps()).toEqual([{ of: 'lane', lane: 'record', first: 3, last: 5, reason: 'missing' }]);
  });

  it.each(['before', 'after'])('that the gateway explains are one gap: it says so %s they are missed', async (when) => {
    await site.send('record', ...passages('a', 'b'));
    site.gateway.skip('record', 3);
    const lost = { of: 'lane', lane: 'record', epoch: 1, from: 3, to: 5, reason: 'quota' } as const;
    const steps = [
      () => site.send('alarm', site.items.gap(bench.now, lost)),
      () => site.send('record', ...passages('c')),
    ];
    for (const step of when === 'before' ? steps : steps.reverse()) await step();
    expect(await gaps()).toEqual([{ of: 'lane', lane: 'record', first: 3, last: 5, reason: 'quota' }]);
  });

  it('are counted for each lane by itself', async () => {
    await site.send('record', ...passages('a'));
    await site.send('alarm', site.items.event({ kind: 'door.forced', device: 'door', at: bench.now }));
    expect(await gaps()).toEqual([]);
  });

  it('must go on with the chain: another disk is told apart', async () => {
    await site.send('record', ...passages('a'));
    const { sequence } = site.gateway.stateOf('record');
    site.gateway.restore('record', { sequence, link: 'b'.repeat(64) });
    await expect(site.send('record', ...passages('c'))).rejects.toMatchObject({ code: 'contract.chain-broken' });
  });

  it('that were used for something else are told apart where the chain shows it', async () => {
    const before = site.gateway.stateOf('record');
    await site.send('record', ...passages('a', 'b'));
    site.gateway.restore('record', before);
    await expect(site.send('record', ...passages('c', 'd', 'e'))).rejects.toMatchObject({
      code: 'contract.chain-broken',
    });
    expect(await site.count('events')).toBe(2);
  });

  it('from far behind with something new ask for a new epoch, and what is new is kept', async () => {
    const before = site.gateway.stateOf('record');
    await site.send('record', ...passages('a', 'b', 'c'));
    site.gateway.restore('record', before);
    const answer = await site.send('record', ...passages('d'));
    expect(answer.accepted).toHaveLength(1);
    expect(openEpoch(answer)).toBe(true);
    site.gateway.epoch = 2;
    expect(openEpoch(await site.send('record', ...passages('e')))).toBe(false);
    expect(await site.count('events')).toBe(5);
  });
});

describe('a batch is refused as a whole', () => {
  it('where it is signed by another key', async () => {
    const other = await bench.openSite();
    const bytes = other.gateway.batch('record', passages('a'));
    const forged = Buffer.from(bytes.toString('utf8').replaceAll(other.gateway.id, site.gateway.id));
    await expect(site.sendBytes(forged)).rejects.toMatchObject({ code: 'gateway.bad-signature' });
  });

  it('where a line was changed after it was signed', async () => {
    const bytes = site.gateway.batch('record', passages('a'));
    const changed = Buffer.from(bytes.toString('utf8').replace('access.granted', 'access.denied_'));
    await expect(site.sendBytes(changed)).rejects.toMatchObject({ code: 'contract.chain-broken' });
  });

  it('where the header names another gateway', async () => {
    const other = await bench.openSite();
    await expect(site.sendBytes(other.gateway.batch('record', passages('a')))).rejects.toMatchObject({
      code: 'contract.violation',
    });
  });

  it('where lines are missing', async () => {
    const lines = site.gateway.batch('record', passages('a', 'b')).toString('utf8').split('\n');
    const short = Buffer.from(lines.slice(0, 2).join('\n'));
    await expect(site.sendBytes(short)).rejects.toMatchObject({ code: 'contract.violation' });
  });
});

describe('the doors page', () => {
  const door = async () =>
    (
      await bench.rows(
        sql<{ state: string; door_state: string }>`select state, door_state from devices
          where compound_id = ${site.compound} and device_id = 'door'`,
      )
    )[0];

  it('shows the last word of the door, also where a slower lane brings an older one after it', async () => {
    const opened = bench.now;
    await bench.clock.advance(5000);
    const closed = bench.now;
    await site.send('alarm', site.items.event({ kind: 'door.closed', device: 'door', at: closed }));
    expect(await door()).toEqual({ state: 'online', door_state: 'closed' });
    await site.send('record', site.items.event({ kind: 'door.opened', device: 'door', at: opened }));
    expect(await door()).toEqual({ state: 'online', door_state: 'closed' });
  });

  it('shows a door that stays open by its alert, until it is closed', async () => {
    const opened = bench.now;
    await site.send('record', site.items.event({ kind: 'door.opened', device: 'door', at: opened }));
    await site.send('alarm', site.items.alert({ kind: 'door.held_open', device: 'door', at: opened }));
    expect((await door())?.door_state).toBe('held_open');
    await bench.clock.advance(5000);
    await site.send('alarm', site.items.event({ kind: 'door.closed', device: 'door', at: bench.now }));
    expect((await door())?.door_state).toBe('closed');
  });

  it('shows a device as offline while its alert lasts', async () => {
    const at = bench.now;
    const offline = { kind: 'health.offline', device: 'door', at } as const;
    await site.send('alarm', site.items.alert(offline));
    expect((await door())?.state).toBe('offline');
    await bench.clock.advance(5000);
    await site.send('alarm', site.items.alert({ ...offline, state: 'cleared', clearedAt: bench.now }));
    expect((await door())?.state).toBe('online');
  });

  it.each([{ late: true }, { exercise: true }])('is not changed by what is %j', async (how) => {
    const forced = { kind: 'door.forced', device: 'door', at: bench.now, ...how } as const;
    await site.send('alarm', site.items.event(forced), site.items.alert(forced));
    expect(await door()).toEqual({ state: 'unknown', door_state: 'unknown' });
  });
});

describe('a health report', () => {
  const facts = async () =>
    bench.rows(sql`select version, health -> 'pending' ->> 'alarm' as alarm,
        (select count(*) from feed f where f.topic = 'gateway' and f.subject = g.gateway_id) as told
      from gateways g where gateway_id = ${site.gateway.id}`);
  const pending = (alarm: number) => ({ alarm, record: 0, media: 0, quarantined: 0, bytes: 0 });

  it('is what is known of the gateway; the consoles are told when what waits there has changed', async () => {
    await site.send('record', site.items.health(bench.now, { version: '0.2.0' }));
    expect(await facts()).toEqual([{ version: '0.2.0', alarm: '0', told: 1 }]);
    await site.send('record', site.items.health(bench.now, { pending: pending(7) }));
    expect(await facts()).toEqual([{ version: '0.1.0', alarm: '7', told: 2 }]);
  });

  it.each([
    [-1500.4, -1500],
    [-1.77e12, -2147483647],
  ])('tells the state of each device, its clock and how far it answers: %d ms', async (clockSkewMs, skew) => {
    const since = bench.now.toISOString();
    const devices = [{ device: 'door', state: 'offline', since, clockSkewMs, reach: 'clock-wrong' } as const];
    await site.send('record', site.items.health(bench.now, { devices }));
    const rows = await bench.rows(sql`select state, clock_skew_ms as skew, reach from devices
      where compound_id = ${site.compound} and device_id = 'door'`);
    expect(rows).toEqual([{ state: 'offline', skew, reach: 'clock-wrong' }]);
  });
});

describe('evidence', () => {
  const piece = () =>
    site.items.evidence({ camera: 'cam', at: bench.now, alerts: ['f'.repeat(64)], bytes: Buffer.from('jpeg') });

  it('is announced once', async () => {
    const descriptor = piece();
    expect((await site.send('media', descriptor)).accepted).toEqual([descriptor.id]);
    expect((await site.send('media', descriptor)).duplicate).toEqual([descriptor.id]);
    expect(await site.count('evidence')).toBe(1);
  });

  it('whose descriptor was changed after it was signed is rejected by id', async () => {
    const descriptor = piece();
    const changed = { ...descriptor, data: { ...descriptor.data, masks: 2 } };
    const answer = await site.send('media', changed as never);
    expect(answer.rejected).toEqual([expect.objectContaining({ id: descriptor.id, code: 'gateway.bad-signature' })]);
    expect(await site.count('evidence')).toBe(0);
  });
});

describe('a gateway of another compound', () => {
  it('can neither occupy an id nor link, clear or see what is not its own', async () => {
    const other = await bench.openSite();
    const forced = { kind: 'door.forced', device: 'door', at: bench.now } as const;
    const mine = site.items.alert(forced);
    const theirs = other.items.alert(forced);
    await other.send('alarm', { ...theirs, data: { ...theirs.data, alert: site.items.alertId(forced) } } as never);
    expect((await site.send('alarm', mine)).accepted).toEqual([mine.id]);

    const cleared = other.items.alert({ ...forced, state: 'cleared' });
    await other.send('alarm', { ...cleared, data: { ...cleared.data, alert: site.items.alertId(forced) } } as never);
    const alerts = await bench.rows(sql`select compound_id, state from alerts
      where compound_id in (${site.compound}, ${other.compound}) order by state`);
    expect(alerts).toEqual([
      { compound_id: site.compound, state: 'active' },
      { compound_id: other.compound, state: 'cleared' },
    ]);
  });

  it('cannot place its devices at places of the other one, nor change its devices', async () => {
    const other = await bench.openSite();
    const answer = await other.send(
      'alarm',
      other.items.provision(bench.now, { op: 'device.upsert', device: 'door', kind: 'lock', name: 'mine' }),
      other.items.provision(bench.now, { op: 'link.place', device: 'door', place: 'gate' }),
      other.items.provision(bench.now, { op: 'link.camera', device: 'door', camera: 'cam', linked: true }),
      other.items.provision(bench.now, { op: 'device.remove', device: 'cam' }),
    );
    expect(answer.rejected.map(({ code }) => code)).toEqual(['link.unknown-place', 'device.unknown', 'device.unknown']);
    const devices = await bench.rows(sql`select compound_id, kind from devices
      where device_id = 'door' and compound_id in (${site.compound}, ${other.compound}) order by kind desc`);
    expect(devices).toEqual([
      { compound_id: site.compound, kind: 'panel' },
      { compound_id: other.compound, kind: 'lock' },
    ]);
  });
});
