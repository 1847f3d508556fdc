import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { FeedReader } from '../../../testing/feed-reader.js';
import { Town } from '../../../testing/town.js';
import { announce, type FeedEntry } from '../../dispatch/feed.js';
import type { IncidentView } from '../shapes.js';
import { placeFeedBatches } from '../../dispatch/feed-sequencer.js';
import { updatePlace } from '../../units/places.js';
import { systemScope, withScope } from '../../platform/database/index.js';

let town: Town;
beforeAll(async () => {
  town = await Town.open();
}, 180_000);
afterAll(() => town.close());

const doorNews = (compound: string): FeedEntry => ({
  topic: 'device',
  subject: 'door',
  compound,
  unitPath: `suxi/330782105200/${compound}-b3`,
});

const tell = (entry: FeedEntry): Promise<void> => town.bench.system((trx) => announce(trx, [entry], town.bench.now));

describe('the positions of the feed', () => {
  it('follow the commits: a row that commits late comes later, and nobody misses it', async () => {
    const { db } = town.bench;
    const reader = await FeedReader.open(await town.signIn('manager'));
    const hello = await reader.find(({ event }) => event === 'hello');

    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let written: () => void = () => undefined;
    const wrote = new Promise<void>((resolve) => (written = resolve));
    const first = withScope(db.service, systemScope('test'), async (trx) => {
      await announce(trx, [doorNews('east')], town.bench.now);
      await sql`select from feed limit 1`.execute(trx);
      written();
      await held;
    });
    await wrote;
    await tell(doorNews('east'));
    await placeFeedBatches(db);
    const second = await reader.find(({ event }) => event === 'device');
    release();
    await first;
    const late = await reader.find(({ event }) => event === 'device');
    reader.close();

    const [two, one] = await town.bench.rows(sql<{ position: number }>`
      select position from feed_batches order by batch_id desc limit 2`);
    expect(two?.position).toBeLessThan(one?.position ?? 0);
    expect([second.id, late.id]).toEqual([two?.position, one?.position]);
    expect(Number(hello.data['position'])).toBeLessThan(two?.position ?? 0);
  });
});

describe('a console', () => {
  it('gets every change once, in order, however often it is cut off', async () => {
    const client = await town.signIn('manager');
    const seen: number[] = [];
    let reader = await FeedReader.open(client);
    const hello = await reader.find(({ event }) => event === 'hello');
    let position = Number(hello.data['position']);
    const start = position;
    for (let round = 0; round < 6; round += 1) {
      await tell(doorNews('east'));
      if (round % 2 === 0) {
        reader.close();
        await tell(doorNews('east'));
        await placeFeedBatches(town.bench.db);
        reader = await FeedReader.open(client, position);
      }
      const [last] = await town.bench.rows(sql<{ last: number }>`
        select max(batch_id) as last from feed_batches`);
      while (!(await reached(position, last?.last ?? 0))) {
        const message = await reader.find(({ id }) => id !== undefined);
        seen.push(message.id ?? 0);
        position = message.id ?? position;
      }
    }
    reader.close();
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(new Set(seen).size).toBe(seen.length);
    const [missed] = await town.bench.rows(sql<{ count: number }>`
      select count(*) as count from feed_batches join feed using (batch_id)
      where position > ${position} and compound_id = 'east'`);
    expect(Number(missed?.count)).toBe(0);
    expect(position).toBeGreaterThan(start);
  });

  const reached = async (position: number, batch: number): Promise<boolean> => {
    const [row] = await town.bench.rows(sql<{ position: number | null }>`
      select position from feed_batches where batch_id = ${batch}`);
    return row?.position !== null && row?.position !== undefined && row.position <= position;
  };

  it('goes on in the middle of what one transaction has told, and past more than is read at once', async () => {
    const client = await town.signIn('manager');
    const whole = await FeedReader.open(client);
    await whole.find(({ event }) => event === 'hello');
    const gone = Array.from({ length: 1200 }, (_, nr) => ({ ...doorNews('east'), subject: `gone-${nr}` }));
    const gateway = { ...doorNews('east'), topic: 'gateway', subject: town.east.gateway.id } as const;
    await town.bench.system((trx) => announce(trx, [doorNews('east'), ...gone, gateway], town.bench.now));
    const first = await whole.find(({ event }) => event === 'device');
    const last = await whole.find(({ event }) => event === 'gateway');
    whole.close();
    expect((last.id ?? 0) - (first.id ?? 0)).toBe(1201);
    const rest = await FeedReader.open(client, first.id);
    await rest.find(({ event }) => event === 'hello');
    expect(await rest.next()).toMatchObject({ event: 'gateway', id: last.id });
    rest.close();
  });

  it('sees nothing of what lies outside of its scope', async () => {
    const reader = await FeedReader.open(await town.signIn('officer'));
    await reader.find(({ event }) => event === 'hello');
    await tell(doorNews('west'));
    await tell({ ...doorNews('east'), unitPath: null });
    await tell(doorNews('east'));
    const message = await reader.next();
    reader.close();
    expect(message).toMatchObject({ event: 'device', data: { compound: 'east', payload: { door: 'unknown' } } });
  });

  it('is told to load anew where its position is older than what is kept', async () => {
    const client = await town.signIn('manager');
    await town.bench.system((trx) =>
      sql`delete from feed_batches where position < (select max(position) from feed_batches)`.execute(trx),
    );
    const reader = await FeedReader.open(client, 1);
    expect((await reader.next())?.event).toBe('hello');
    expect((await reader.next())?.event).toBe('reset');
    reader.close();
  });

  it('is cut off when what its account sees changes, and nobody else is', async () => {
    const readers = [];
    for (const name of ['officer', 'manager', 'auditor'] as const) {
      const reader = await FeedReader.open(await town.signIn(name));
      await reader.find(({ event }) => event === 'hello');
      readers.push(reader);
    }
    const [officer, manager, auditor] = readers;
    const east = { compound: 'east', place: 'gate' } as const;
    await town.bench.system((trx) => updatePlace(trx, { ...east, unit: 'west-b3' }, town.bench.now));
    await expect(officer?.find(() => false)).rejects.toThrow('ended');
    const administrator = await town.signIn('administrator');
    await administrator.call('PUT', '/api/compounds/east', { restrictedToManagers: true });
    await expect(manager?.find(() => false)).rejects.toThrow('ended');
    await tell(doorNews('west'));
    expect((await auditor?.find(({ event }) => event === 'device'))?.data).toMatchObject({ compound: 'west' });
    auditor?.close();
  });

  it('is cut off when its session ends', async () => {
    const client = await town.signIn('manager');
    const reader = await FeedReader.open(client);
    await reader.find(({ event }) => event === 'hello');
    await client.call('DELETE', '/api/session');
    await expect(reader.find(() => false)).rejects.toThrow('ended');
  });

  it('loses no alert, and gets none twice, over a hundred cut connections', async () => {
    const { east } = town;
    const client = await town.signIn('manager');
    const raised: string[] = [];
    const seen: string[] = [];
    let reader = await FeedReader.open(client);
    const hello = await reader.find(({ event }) => event === 'hello');
    let position = Number(hello.data['position']);
    const read = async (many: number): Promise<void> => {
      for (let left = many; left > 0;) {
        const { id, event, data } = await reader.find((message) => message.id !== undefined);
        position = id ?? position;
        if (event !== 'alert') continue;
        seen.push(String(data.subject));
        left -= 1;
      }
    };
    for (let cut = 0; cut < 100; cut += 1) {
      // Before, while and after the news is on its way.
      if (cut % 3 === 0) reader.close();
      const happening = { kind: 'door.forced', device: 'door', at: town.bench.now, key: `cut-${cut}` } as const;
      raised.push(east.items.alertId(happening));
      const sent = east.send('alarm', east.items.alert(happening));
      if (cut % 3 === 1) reader.close();
      await sent;
      if (cut % 3 === 2) await read(cut % 2);
      reader.close();
      reader = await FeedReader.open(client, position);
    }
    await read(raised.length - seen.length);
    reader.close();
    expect(seen).toEqual(raised);
  }, 60_000);
});

describe('an incident of many alerts', () => {
  const shown = ({ alerts, alertCount: all }: IncidentView) => ({
    ...{ all, shown: alerts.length },
    forced: alerts.filter(({ kind }) => kind === 'door.forced').length,
  });

  it('shows some of them in lists and messages, and all where it is opened', async () => {
    const { bench, east } = town;
    bench.clock.jumpWall(86_400_000);
    const client = await town.signIn('manager');
    const reader = await FeedReader.open(client);
    const alerts = Array.from({ length: 12 }, (_, second) => {
      const at = new Date(bench.now.getTime() + second * 1000);
      return east.items.alert({ kind: second === 5 ? 'door.forced' : 'tamper.device', device: 'door', at });
    });
    await east.send('alarm', ...alerts);
    const { data } = await reader.find(({ event }) => event === 'incident');
    reader.close();
    expect(shown(data['payload'] as unknown as IncidentView)).toEqual({ all: 12, shown: 8, forced: 1 });
    const { body: list } = await client.get<{ incidents: IncidentView[] }>('/api/incidents?state=open');
    const [listed] = list.incidents;
    expect(listed && shown(listed)).toEqual({ all: 12, shown: 8, forced: 1 });
    const { body: opened } = await client.get<IncidentView>(`/api/incidents/${listed?.id ?? ''}`);
    expect(shown(opened)).toEqual({ all: 12, shown: 12, forced: 1 });
  });
});
