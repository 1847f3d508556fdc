import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lane } from '@angrid/contract';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AtomGroup } from './atom-group.js';
import { nextStart } from './boot-epoch.js';
import { defaultLimits } from './open-outbox.js';
import { draft } from './outbox.fixture.js';
import { prepareSchema } from './schema.js';
import { Sqlite } from './sqlite.js';
import { Store } from './store.js';

const now = { wall: 0, monotonicMs: 0 };

function group(lane: Lane, ...drafts: ReturnType<typeof draft>[]): AtomGroup {
  return {
    ...now,
    events: drafts.map(({ id }) => id),
    draftCounts: drafts.map(() => 1),
    lanes: drafts.map(() => lane),
    ids: drafts.map(({ id }) => id),
    jsons: drafts.map(({ json }) => json),
    stateCounts: drafts.map(() => 0),
    keys: [],
    values: [],
  };
}

describe('the store, when the disk fails it', () => {
  let folder: string;
  let db: Sqlite;
  let store: Store;
  let broken: unknown[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'angrid-store-'));
    const file = join(folder, 'outbox.db');
    db = new Sqlite(file);
    prepareSchema(db);
    broken = [];
    store = new Store({
      db,
      gateway: 'gw-1',
      witness: nextStart(undefined, undefined, { machine: 'm', database: file }),
      witnessFile: join(folder, 'witness.json'),
      limits: { ...defaultLimits, reserveBytes: 0 },
      freeBytes: () => 1,
      onBroken: (error) => broken.push(error),
    });
    store.begin(true, [], now);
  });
  afterEach(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });

  it('by being full: the commit leaves no trace, and there is a next one', () => {
    store.append(group('record', draft('before')));
    const counts = store.counts();
    const pages = db.first<[number]>('PRAGMA page_count')?.[0] ?? 0;
    db.first(`PRAGMA max_page_count = ${pages + 2}`);
    const large = Array.from({ length: 200 }, (_, n) => draft(`large-${n}`, 'record', 900));
    expect(() => store.append(group('record', ...large))).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }));
    expect(store.counts()).toEqual(counts);
    db.first('PRAGMA max_page_count = 100000');
    expect(new Set(store.append(group('record', ...large)).verdicts)).toEqual(new Set(['stored']));
    const { lease } = store.lease('record', 500, 4e6);
    expect([lease?.sequence, lease?.ids.length]).toEqual([1, 201]);
    expect(broken).toEqual([]);
  });

  it('in any other way: it takes nothing more, and says so once', () => {
    store.append(group('record', draft('before')));
    db.exec('ALTER TABLE lines_record RENAME TO elsewhere');
    expect(() => store.append(group('record', draft('a')))).toThrow();
    db.exec('ALTER TABLE elsewhere RENAME TO lines_record');
    expect(() => store.append(group('alarm', draft('b')))).toThrow();
    expect(() => store.keep([{ key: 'k', json: '1' }])).toThrow();
    expect(broken).toHaveLength(1);
  });
});
