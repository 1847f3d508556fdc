import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { AnGridError } from '@angrid/contract/errors';
import { nextStart, parseWitness, readWitness, type Witness } from './boot-epoch.js';
import { syncFolder } from './durable-file.js';
import type { LostRange, Moment } from './gap-log.js';
import { prepareSchema, readFact, writeFact } from './schema.js';
import { failureOf, Sqlite } from './sqlite.js';
import { Store, type StoreLimits } from './store.js';

/** Plain values: they cross to the store's thread. */
export interface StoreSettings {
  /** The database file; its folder is made. */
  readonly file: string;
  /** The witness file, outside of the database and left out of backups. */
  readonly witness: string;
  readonly gateway: string;
  /** What tells this machine from another: /etc/machine-id, or an id made at set-up. */
  readonly machine: string;
  readonly limits: StoreLimits;
  readonly now: Moment;
}

export interface OpenReport {
  readonly epoch: number;
  /** True where the data was not last written by this installation. */
  readonly epochIsNew: boolean;
  /** Where a damaged file was moved to; it is kept for a person to look at. */
  readonly movedTo?: string;
}

const OP = 'outbox.open';

export interface OpenedStore {
  readonly store: Store;
  readonly report: OpenReport;
}

/**
 * Opens the outbox of a gateway. Throws `outbox.unusable` where another process holds it, where it belongs to another
 * gateway or program version, and where the disk refuses. A damaged file is moved aside and an empty one takes its
 * place, in a new epoch and with a gap report.
 */
export function openStore(settings: StoreSettings): OpenedStore {
  try {
    makeFolder(dirname(settings.file));
    return openFile(settings);
  } catch (error) {
    if (failureOf(error) !== 'corrupt') throw unusable(settings.file, error);
  }
  try {
    return openFile(settings, moveAside(settings.file, settings.now.wall));
  } catch (error) {
    throw unusable(settings.file, error);
  }
}

function openFile(
  { file, witness: witnessFile, gateway, machine, limits, now }: StoreSettings,
  movedTo?: string,
): OpenedStore {
  const db = new Sqlite(file);
  try {
    chmodSync(file, 0o600);
    checkSuspect(db, file);
    checkOwner(db, file, gateway);
    const inside = parseWitness(readFact(db, 'witness'));
    const outside = readWitness(witnessFile);
    const witness = nextStart(inside, outside, { machine, database: file });
    const freeBytes = (): number => freeBytesOf(dirname(file));
    const onBroken = (error: unknown): void => suspectWhereDamaged(file, error);
    const store = new Store({ db, gateway, witness, witnessFile, limits, freeBytes, onBroken });
    store.begin(inside?.epoch !== witness.epoch, movedTo === undefined ? [] : [everythingBefore(outside)], now);
    const known = inside ?? outside;
    const epochIsNew = known !== undefined && known.epoch !== witness.epoch;
    return { store, report: { epoch: witness.epoch, epochIsNew, ...(movedTo === undefined ? {} : { movedTo }) } };
  } catch (error) {
    db.close();
    throw error;
  }
}

function checkOwner(db: Sqlite, file: string, gateway: string): void {
  const layout = prepareSchema(db);
  if (layout !== undefined) {
    throw new AnGridError('outbox.unusable', {
      op: OP,
      subject: file,
      detail: `layout ${layout} is of another version of the gateway`,
    });
  }
  const owner = readFact(db, 'gateway');
  if (owner === undefined) writeFact(db, 'gateway', gateway);
  else if (owner !== gateway) {
    throw new AnGridError('outbox.unusable', {
      op: OP,
      subject: file,
      detail: `it belongs to gateway ${owner}, this is ${gateway}`,
    });
  }
}

/** Damage that shows while the outbox is in use is looked for at the next start: then nothing else is going on. */
function suspectWhereDamaged(file: string, error: unknown): void {
  if (failureOf(error) === 'corrupt') writeFileSync(`${file}.suspect`, String(error), { mode: 0o600 });
}

function checkSuspect(db: Sqlite, file: string): void {
  if (!existsSync(`${file}.suspect`)) return;
  db.check();
  rmSync(`${file}.suspect`);
}

/** Nobody can say which numbers were in a file that cannot be read. */
function everythingBefore(witness: Witness | undefined): LostRange {
  return { lane: null, epoch: witness?.epoch ?? 1, from: 0, to: 0, reason: 'corrupt' };
}

function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  syncFolder(dirname(folder));
}

/** Renames the database with its log beside it; the names tell when. */
function moveAside(file: string, wall: number): string {
  const movedTo = `${file}.damaged-${new Date(wall).toISOString().replaceAll(':', '')}`;
  for (const ending of ['', '-wal', '-shm', '.suspect']) {
    if (existsSync(file + ending)) renameSync(file + ending, movedTo + ending);
  }
  syncFolder(dirname(file));
  return movedTo;
}

/** Bytes that an ordinary user may still write to the disk of a folder. */
export function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function unusable(file: string, cause: unknown): AnGridError {
  if (cause instanceof AnGridError) return cause;
  const detail = failureOf(cause) === 'locked' ? 'another process has it open: stop that gateway first' : String(cause);
  return new AnGridError('outbox.unusable', { op: OP, subject: file, detail, cause });
}
