import type { Sqlite } from './sqlite.js';

/** Layout of the file. A layout that this program does not know is refused, never guessed. */
const LAYOUT = 1;

const TABLES = `
  CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE ledgers (lane TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE lines_alarm (position INTEGER PRIMARY KEY, count INTEGER NOT NULL, ids BLOB NOT NULL, lines TEXT NOT NULL);
  CREATE TABLE lines_record (position INTEGER PRIMARY KEY, count INTEGER NOT NULL, ids BLOB NOT NULL, lines TEXT NOT NULL);
  CREATE TABLE lines_media (position INTEGER PRIMARY KEY, count INTEGER NOT NULL, ids BLOB NOT NULL, lines TEXT NOT NULL);
  CREATE TABLE seen (row INTEGER PRIMARY KEY, at INTEGER NOT NULL, ids BLOB NOT NULL);
  CREATE TABLE states (key TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE state_log (number INTEGER PRIMARY KEY, json TEXT NOT NULL);
  CREATE TABLE gaps (id INTEGER PRIMARY KEY, lane TEXT, epoch INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL,
    reason TEXT NOT NULL, wall INTEGER NOT NULL, monotonic REAL NOT NULL);
  CREATE TABLE quarantine (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, lane TEXT NOT NULL, epoch INTEGER NOT NULL,
    sequence INTEGER NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL, at INTEGER NOT NULL, json TEXT NOT NULL);
`;

/** Makes the tables of a new file; answers the layout where it is not the one that this program writes. */
export function prepareSchema(db: Sqlite): number | undefined {
  const layout = db.first<[number]>('PRAGMA user_version')?.[0] ?? 0;
  if (layout === LAYOUT) return undefined;
  if (layout !== 0) return layout;
  db.exec(`BEGIN IMMEDIATE; ${TABLES} PRAGMA user_version = ${LAYOUT}; COMMIT`);
  return undefined;
}

export function readFact(db: Sqlite, key: string): string | undefined {
  return db.first<[string]>('SELECT value FROM facts WHERE key = ?', [key])?.[0];
}

export function writeFact(db: Sqlite, key: string, value: string): void {
  db.run('REPLACE INTO facts VALUES (?, ?)', [key, value]);
}
