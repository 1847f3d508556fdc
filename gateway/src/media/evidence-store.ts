import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AnGridError, type EvidenceData } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import type { StoredEvidence } from './media.js';
import { openPlain } from './piece.js';
import { type KeyWrap, openSealed, sealFile } from './sealed-file.js';
import type { EvidenceLimits } from './settings.js';

/** Why a piece of evidence gave way. */
export type EvidenceDrop = 'evidence-quota' | 'evidence-age' | 'evidence-disk';

/**
 * Evidence on this disk, named by its id, which follows from its bytes and what they show:
 *
 *   <dir>/ab/cd/<id>.jpg|.mp4      the bytes
 *   <dir>/ab/cd/<id>.sealed        an unmasked original, encrypted (sealed-file.ts)
 *   <dir>/ab/cd/<id>.<ext>.json    its record
 *   <dir>/tmp/                     what is being written; emptied at start
 *
 * A file is whole or not there: it is written aside, fsynced and renamed, and the record follows the bytes. At the
 * quota of its class and past its age the oldest gives way, and the oldest of all where the disk is short of what is
 * kept for events; each such loss is counted.
 */
export interface EvidenceStoreOptions {
  readonly dir: string;
  /** Where pictures are made before they are stored, best on tmpfs: nothing unmasked lies in it for longer than that takes. */
  readonly draftDir: string;
  readonly clock: Clock;
  readonly wrap: KeyWrap;
  readonly limits: EvidenceLimits;
  /** Bytes of the disk that evidence leaves free. */
  readonly keepFreeBytes: number;
  /** Told of each piece of evidence that gave way. */
  readonly onDropped: (reason: EvidenceDrop) => void;
  /** Told of the bytes of each file that was written. */
  readonly onWritten: (bytes: number) => Promise<void>;
  /** Bytes that are free where the evidence lies. */
  readonly freeBytes?: (dir: string) => Promise<number>;
}

/** A descriptor under which an original may leave the site, until then. */
interface Release {
  readonly data: EvidenceData;
  readonly expiresMs: number;
}

/** What stands beside the bytes. */
interface EvidenceRecord {
  readonly data: EvidenceData;
  readonly storedMs: number;
  /** Grants for an original; without one it is given to nobody. */
  readonly releases?: readonly Release[];
}

interface Entry extends EvidenceRecord {
  readonly class: keyof EvidenceLimits;
  readonly file: string;
  /** On the disk: an original is some bytes longer than what it holds. */
  readonly bytes: number;
}

export interface Draft {
  /** Where the bytes are now. */
  readonly file: string;
  readonly extension: 'jpg' | 'mp4';
}

export interface Hashed {
  readonly sha256: string;
  readonly bytes: number;
}

export class EvidenceStore {
  /** By file, the oldest first. */
  private readonly entries = new Map<string, Entry>();
  /** Ids of what may be given out → file. */
  private readonly byEvidence = new Map<string, string>();

  private constructor(private readonly options: EvidenceStoreOptions) {}

  static async open(options: EvidenceStoreOptions): Promise<EvidenceStore> {
    const store = new EvidenceStore(options);
    for (const folder of [store.tmp, options.draftDir]) {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
    }
    await store.readAll();
    await store.giveWay();
    return store;
  }

  /** Bytes on the disk, of one class or of all. */
  bytesOf(wanted?: keyof EvidenceLimits): number {
    let total = 0;
    for (const entry of this.entries.values()) if ((wanted ?? entry.class) === entry.class) total += entry.bytes;
    return total;
  }

  /** A name for a file that is about to be made. */
  draft(extension: Draft['extension']): Draft {
    return { file: join(this.options.draftDir, `${randomUUID()}.${extension}`), extension };
  }

  async write({ file }: Draft, bytes: Buffer): Promise<void> {
    await onDisk(file, () => writeFile(file, bytes, { flag: 'wx', mode: 0o600 }));
  }

  /** Length and hash of a draft. */
  async hash({ file }: Draft): Promise<Hashed> {
    return onDisk(file, async () => {
      const hash = createHash('sha256');
      await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash);
      return { sha256: hash.digest('hex'), bytes: (await stat(file)).size };
    });
  }

  /** Stores a draft with its descriptor. Throws `media.disk-reserved`, `media.cut-failed`. */
  async keep(draft: Draft, data: EvidenceData): Promise<StoredEvidence> {
    const entry = await this.store(draft, data, draft.extension);
    return { data, file: entry.file, open: () => openPlain(entry.file) };
  }

  /** Stores a draft encrypted; it is given to nobody until `release`. Throws `media.disk-reserved`, `media.cut-failed`. */
  async keepSealed(draft: Draft, data: EvidenceData): Promise<void> {
    await this.store(draft, data, 'sealed');
  }

  /** What may leave the site under this id, now. */
  find(evidence: string): StoredEvidence | undefined {
    const entry = this.entries.get(this.byEvidence.get(evidence) ?? '');
    if (!entry) return undefined;
    if (entry.class !== 'originals') return { data: entry.data, file: entry.file, open: () => openPlain(entry.file) };
    const now = this.options.clock.wall();
    const release = entry.releases?.find(({ data, expiresMs }) => data.evidence === evidence && now < expiresMs);
    return release && this.released(entry, release);
  }

  /** The descriptor of the original that a masked piece was made of. */
  originalOf(evidence: string): EvidenceData | undefined {
    const masked = this.entries.get(this.byEvidence.get(evidence) ?? '')?.data;
    if (masked?.original === undefined) return undefined;
    for (const { class: kind, data } of this.entries.values()) {
      if (kind === 'originals' && data.sha256 === masked.original && data.span.from === masked.span.from) return data;
    }
    return undefined;
  }

  /** Lets an original out under another descriptor until its grant ends; `find` gives it by that id from now on. */
  async release(original: EvidenceData, data: EvidenceData, expiresMs: number): Promise<StoredEvidence> {
    const entry = this.entries.get(this.pathOf(original.evidence, 'sealed'));
    if (!entry) throw new AnGridError('media.no-footage', { op: 'evidence.release', subject: original.evidence });
    const release = { data, expiresMs };
    const now = this.options.clock.wall();
    const others = (entry.releases ?? []).filter((other) => other.expiresMs > now);
    const next = { ...entry, releases: [...others, release] };
    await onDisk(entry.file, () => this.writeRecord(next));
    this.add(next);
    return this.released(next, release);
  }

  /** Deletes what is past its age, and the oldest while there is too much of its class or too little free disk. */
  async giveWay(): Promise<void> {
    const { limits, clock } = this.options;
    const now = clock.wall();
    const totals = {
      snapshots: this.bytesOf('snapshots'),
      clips: this.bytesOf('clips'),
      originals: this.bytesOf('originals'),
    };
    for (const entry of [...this.entries.values()]) {
      const { maxBytes, maxAgeMs } = limits[entry.class];
      const aged = entry.storedMs < now - maxAgeMs;
      if (!aged && totals[entry.class] <= maxBytes) continue;
      totals[entry.class] -= entry.bytes;
      await this.delete(entry, aged ? 'evidence-age' : 'evidence-quota');
    }
    await this.makeRoom(0);
  }

  private get tmp(): string {
    return join(this.options.dir, 'tmp');
  }

  private pathOf(evidence: string, extension: string): string {
    return join(this.options.dir, evidence.slice(0, 2), evidence.slice(2, 4), `${evidence}.${extension}`);
  }

  private released(entry: Entry, { data }: Release): StoredEvidence {
    return { data, file: entry.file, open: () => openSealed(entry.file, this.options.wrap) };
  }

  private async store(draft: Draft, data: EvidenceData, extension: Draft['extension'] | 'sealed'): Promise<Entry> {
    const file = this.pathOf(data.evidence, extension);
    const aside = join(this.tmp, randomUUID());
    if (!(await this.makeRoom(data.bytes))) {
      await rm(draft.file, { force: true });
      throw new AnGridError('media.disk-reserved', { op: 'evidence.keep', subject: data.camera });
    }
    const entry = await onDisk(file, async () => {
      const bytes = await this.copy(draft.file, aside, extension);
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await rename(aside, file);
      const made = { data, storedMs: this.options.clock.wall(), class: classOf(extension), file, bytes };
      await this.writeRecord(made);
      await this.options.onWritten(bytes);
      return made;
    }).finally(() => Promise.all([draft.file, aside].map((left) => rm(left, { force: true }))));
    this.add(entry);
    await this.giveWay();
    return entry;
  }

  private async copy(from: string, to: string, extension: string): Promise<number> {
    if (extension === 'sealed') return sealFile(from, to, this.options.wrap);
    await copyFile(from, to);
    const handle = await open(to, 'r');
    await handle.sync().finally(() => handle.close());
    return (await stat(to)).size;
  }

  /** Lets the oldest give way until `bytes` fit beside what is kept free; false where they never will. */
  private async makeRoom(bytes: number): Promise<boolean> {
    const { dir, keepFreeBytes, freeBytes = freeOnDisk } = this.options;
    let missing = keepFreeBytes + bytes - (await freeBytes(dir));
    for (const entry of [...this.entries.values()]) {
      if (missing <= 0) break;
      missing -= entry.bytes;
      await this.delete(entry, 'evidence-disk');
    }
    return missing <= 0;
  }

  private async delete(entry: Entry, reason: EvidenceDrop): Promise<void> {
    this.remove(entry);
    await rm(`${entry.file}.json`, { force: true });
    await rm(entry.file, { force: true });
    this.options.onDropped(reason);
  }

  private add(entry: Entry): void {
    const before = this.entries.get(entry.file);
    if (before) this.remove(before);
    this.entries.set(entry.file, entry);
    for (const id of idsOf(entry)) this.byEvidence.set(id, entry.file);
  }

  private remove(entry: Entry): void {
    this.entries.delete(entry.file);
    for (const id of idsOf(entry)) this.byEvidence.delete(id);
  }

  private async writeRecord({ data, storedMs, releases, file }: Entry): Promise<void> {
    const record: EvidenceRecord = { data, storedMs, ...(releases && { releases }) };
    const aside = join(this.tmp, randomUUID());
    const handle = await open(aside, 'wx', 0o600);
    await handle
      .writeFile(JSON.stringify(record))
      .then(() => handle.sync())
      .finally(() => handle.close());
    await rename(aside, `${file}.json`);
    const folder = await open(dirname(file), 'r');
    await folder.sync().finally(() => folder.close());
  }

  /** Bytes without a record are what a power cut left between the two: they are nobody's evidence yet. */
  private async readAll(): Promise<void> {
    const found: Entry[] = [];
    for (const name of await readdir(this.options.dir, { recursive: true })) {
      const extension = /[0-9a-f]{64}\.(jpg|mp4|sealed)$/.exec(name)?.[1];
      if (extension === undefined) continue;
      const file = join(this.options.dir, name);
      const record = await readRecord(`${file}.json`);
      if (record) found.push({ ...record, class: classOf(extension), file, bytes: (await stat(file)).size });
      else await rm(file, { force: true });
    }
    for (const entry of found.sort((a, b) => a.storedMs - b.storedMs)) this.add(entry);
  }
}

function classOf(extension: string): Entry['class'] {
  if (extension === 'sealed') return 'originals';
  return extension === 'jpg' ? 'snapshots' : 'clips';
}

/** Under which ids an entry may be asked for: an original under those of its grants alone. */
function idsOf({ class: kind, data, releases = [] }: Entry): string[] {
  return kind === 'originals' ? releases.map((release) => release.data.evidence) : [data.evidence];
}

/** What the disk refuses is a `media.cut-failed`. */
async function onDisk<T>(subject: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : undefined;
    throw new AnGridError('media.cut-failed', { op: 'evidence.keep', subject, cause, ...(detail && { detail }) });
  }
}

async function readRecord(file: string): Promise<EvidenceRecord | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as EvidenceRecord;
  } catch {
    return undefined;
  }
}

async function freeOnDisk(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}
