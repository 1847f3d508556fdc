import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTemporaryDatabase } from '../../testing/temporary-database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import type { Database } from '../schema.js';
import { createCompound } from '../units/compounds.js';
import { InfluxStore } from './influx-store.js';
import { TableStore } from './table-store.js';
import { type StartedServer, startInfluxDb, startVictoriaMetrics } from './telemetry-servers.fixture.js';
import type { Bucket, Sample, TelemetryQuery, TelemetryStore } from './telemetry-store.js';
import { VictoriaStore } from './victoria-store.js';

interface Kept {
  /** Of one process of the cloud. */
  open(writer: string): TelemetryStore;
  /** Makes what was written visible. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;
const STEP_MS = 5 * MINUTE_MS;
/** The start of a bucket, an hour ago: a server may refuse what lies too far back. */
const START = Math.floor((Date.now() - 3_600_000) / STEP_MS) * STEP_MS;
const at = (minutes: number): Date => new Date(START + minutes * MINUTE_MS);

const sample = (more: Partial<Sample>): Sample => ({
  at: at(0),
  series: 'delivery.latency',
  compound: 'c1',
  unitPath: 'grid/a',
  subject: 'door-1',
  count: 1,
  sum: 10,
  max: 10,
  ...more,
});
const query = (more: Partial<TelemetryQuery> = {}): TelemetryQuery => ({
  series: 'delivery.latency',
  of: { compound: 'c1' },
  from: at(0),
  until: at(15),
  stepMs: STEP_MS,
  ...more,
});
const bucket = (minutes: number, count: number, sum: number, max: number): Bucket => ({
  at: at(minutes),
  count,
  sum,
  max,
});

const stores: readonly (readonly [string, () => Promise<Kept>])[] = [
  ['a table of the cloud', keptInTable],
  ['InfluxDB', async () => keptAt(await startInfluxDb(), (...of) => new InfluxStore(...of))],
  ['VictoriaMetrics', async () => keptAt(await startVictoriaMetrics(), (...of) => new VictoriaStore(...of))],
];

describe.each(stores)('telemetry in %s', (_, start) => {
  let kept: Kept;
  let store: TelemetryStore;

  beforeAll(async () => {
    kept = await start();
    store = kept.open('one');
    const other = kept.open('two');
    await store.write([
      sample({ at: at(0), count: 2, sum: 30, max: 20 }),
      sample({ at: at(4), sum: 5, max: 5 }),
      sample({ at: at(5), sum: 7, max: 7 }),
      sample({ at: at(14), subject: 'door-2', unitPath: 'grid/ab', sum: 40, max: 40 }),
      sample({ at: at(0), series: 'door.events' }),
      sample({ at: at(0), compound: 'c2', subject: 'gate (west)', unitPath: 'grid/a/b.c' }),
      sample({ at: at(1), compound: 'c2', subject: 'unlinked', unitPath: null }),
    ]);
    await other.write([sample({ at: at(0), sum: 100, max: 100 })]);
    await kept.settle();
  }, 60_000);

  afterAll(() => kept.close());

  it('adds up the minutes of a bucket, also those of several processes; a bucket without any is left out', async () => {
    const found = await store.read(query({ of: { compound: 'c1', subject: 'door-1' } }));
    expect(found).toEqual([bucket(0, 4, 135, 100), bucket(5, 1, 7, 7)]);
  });

  it('adds up all of a compound', async () => {
    expect(await store.read(query())).toEqual([bucket(0, 4, 135, 100), bucket(5, 1, 7, 7), bucket(10, 1, 40, 40)]);
  });

  it('adds up what lies at a unit and below it, and not what only begins alike', async () => {
    expect(await store.read(query({ of: { unitPath: 'grid/a' } }))).toEqual([
      bucket(0, 5, 145, 100),
      bucket(5, 1, 7, 7),
    ]);
    expect(await store.read(query({ of: { unitPath: 'grid/a/b.c' } }))).toEqual([bucket(0, 1, 10, 10)]);
    expect(await store.read(query({ of: { unitPath: 'grid/a/bxc' } }))).toEqual([]);
  });

  it('knows each series by itself', async () => {
    expect(await store.read(query({ series: 'door.events' }))).toEqual([bucket(0, 1, 10, 10)]);
    expect(await store.read(query({ series: 'clock.skew' }))).toEqual([]);
  });

  it('answers from the first moment on and before the last', async () => {
    const found = await store.read(query({ from: at(5), until: at(14), stepMs: MINUTE_MS }));
    expect(found).toEqual([bucket(5, 1, 7, 7)]);
  });

  it.each(["door'1", 'door"1', 'door\\', 'x" or "1"="1', '.*'])(
    'takes the name %j for nothing but a name',
    async (name) => {
      expect(await store.read(query({ of: { compound: 'c1', subject: name } }))).toEqual([]);
      expect(await store.read(query({ of: { compound: name } }))).toEqual([]);
    },
  );
});

async function keptInTable(): Promise<Kept> {
  const db = await startTemporaryDatabase<Database>();
  await withScope(db.service, systemScope('test'), async (trx) => {
    for (const id of ['c1', 'c2']) await createCompound(trx, { id, name: id }, at(0));
  });
  return {
    open: () => new TableStore(db),
    settle: () => Promise.resolve(),
    close: () => db.close(),
  };
}

type Open = (server: { readonly url: URL; readonly database: string }, writer: string) => TelemetryStore;

function keptAt(server: StartedServer, open: Open): Kept {
  return {
    open: (writer) => open({ url: server.url, database: 'telemetry' }, writer),
    settle: async () => {
      // VictoriaMetrics shows what it has taken after a second or so; InfluxDB knows no such address, and shows it at once.
      await fetch(new URL('/internal/force_flush', server.url));
    },
    close: () => server.stop(),
  };
}
