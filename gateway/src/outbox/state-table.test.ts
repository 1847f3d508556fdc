import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { prepareSchema } from './schema.js';
import { Sqlite } from './sqlite.js';
import { StateTable } from './state-table.js';

const key = fc.constantFrom('a/1', 'a/2', 'a/3', 'b/1');
const value = fc.option(fc.integer({ min: 0, max: 99 }).map(String), { nil: null });
const commit = fc.record({
  states: fc.array(fc.tuple(key, value), { maxLength: 4 }),
  then: fc.constantFrom('go on', 'go on', 'go on', 'start anew', 'fail'),
});

function withFile(work: (open: () => Sqlite) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'angrid-states-'));
  const opened: Sqlite[] = [];
  try {
    work(() => {
      opened.pop()?.close();
      const db = new Sqlite(join(folder, 'outbox.db'));
      opened.push(db);
      prepareSchema(db);
      return db;
    });
  } finally {
    opened.pop()?.close();
    rmSync(folder, { recursive: true });
  }
}

describe('what is kept under keys', () => {
  it('is what was written last, over starts and failed commits, however long the log is', () => {
    fc.assert(
      fc.property(fc.array(commit, { minLength: 1, maxLength: 150 }), (commits) => {
        withFile((open) => {
          let db = open();
          let table = new StateTable(db);
          const truth = new Map<string, string>();
          for (const { states, then } of commits) {
            if (then === 'fail') {
              expect(() =>
                db.transaction(() => {
                  table.write(new Map(states));
                  throw new Error('no room');
                }),
              ).toThrow('no room');
              table.load();
            } else {
              db.transaction(() => table.write(new Map(states)));
              for (const [name, json] of new Map(states)) {
                if (json === null) truth.delete(name);
                else truth.set(name, json);
              }
            }
            if (then === 'start anew') {
              db = open();
              table = new StateTable(db);
            }
          }
          const sorted = (states: ReadonlyMap<string, string>): unknown => [...states].sort();
          expect(sorted(table.read(''))).toEqual(sorted(truth));
          expect([...table.read('b/').keys()]).toEqual([...truth.keys()].filter((name) => name.startsWith('b/')));
        });
      }),
      { numRuns: 12 },
    );
  });

  it('keeps a log of a bounded length', () => {
    withFile((open) => {
      const db = open();
      const table = new StateTable(db);
      for (let number = 0; number < 200; number += 1) {
        db.transaction(() => table.write(new Map([[`device/${number % 7}`, String(number)]])));
      }
      expect(db.first<[number]>('SELECT count(*) FROM state_log')?.[0]).toBeLessThanOrEqual(64);
      expect(table.read('device/').get('device/3')).toBe('199');
      expect(table.read('device/').size).toBe(7);
    });
  });
});
