import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AnGridError, type EvidenceData } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import type { StoredEvidence } from './media.js';

/**
 * Evidence on this disk, named by its content:
 *
 *   <dir>/ab/cd/<sha256>.jpg|.mp4   the bytes
 *   <dir>/ab/cd/<sha256>.json       its record
 *   <dir>/tmp/                      what is being written; emptied at start
 *
 * A file is whole or not there: it is written aside, fsynced and renamed, and the record follows the bytes.
 * At the quota and past its age the oldest gives way; each such loss is counted.
 */
export interface EvidenceStoreOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  /** Told of each piece of evidence that gave way. */
  readonly onDropped: (reason: 'evidence-quota' | 'evidence-age') => void;
}

/** What stands beside the bytes. */
interface EvidenceRecord {
  /** Undefined for an original that stays on site because its camera is masked. */
  readonly data?: EvidenceData;
  /** SHA-256 of the unmasked original of a masked piece of evidence. */
  readonly original?: string;
  readonly storedMs: number;
}

interface Entry extends EvidenceRecord {
  readonly sha256: string;
  readonly file: string;
  readonly bytes: number;
}

export interface Draft {
  /** Where the bytes are now, inside `tmp`; the file is moved. */
  readonly file: string;
  readonly extension: 'jpg' | 'mp4';
}

export interface Hashed {
  readonly sha256: string;
  readonly bytes: number;
}

export class EvidenceStore {
  /** By SHA-256, the oldest first. */
  private readonly entries = new Map<string, Entry>();
  private readonly byEvidence = new Map<string, string>();
  private total = 0;

  private constructor(private readonly options: EvidenceStoreOptions) {}

  static async open(options: EvidenceStoreOptions): Promise<EvidenceStore> {
    const store = new EvidenceStore(options);
    await rm(store.tmp, { recursive: true, force: true });
    await mkdir(store.tmp, { recursive: true, mode: 0o700 });
    await store.readAll();
    await store.giveWay();
    return store;
  }

  get bytes(): number {
    return this.total;
  }

  /** A name for a file that is about to be written. */
  draft(extension: Draft['extension']): Draft {
    return { file: join(this.tmp, `${randomUUID()}.${extension}`), extension };
  }

  async write({ file }: Draft, bytes: Buffer): Promise<void> {
    await onDisk(file, () => writeFile(file, bytes, { flag: 'wx', mode: 0o600 }));
  }

  /** Length and hash of a draft, once it is safe on the disk. */
  async seal({ file }: Draft): Promise<Hashed> {
    return onDisk(file, async () => {
      const handle = await open(file, 'r');
      await handle.sync().finally(() => handle.close());
      const hash = createHash('sha256');
      await pipeline(createReadStream(file), hash);
      return { sha256: hash.digest('hex'), bytes: (await stat(file)).size };
    });
  }

  /** Puts a sealed draft at its place, with its descriptor; without one it is kept but never given out. */
  async keep(draft: Draft, hashed: Hashed, record: Pick<EvidenceRecord, 'data' | 'original'>): Promise<string> {
    const file = this.pathOf(hashed.sha256, draft.extension);
    const full: EvidenceRecord = { ...record, storedMs: this.options.clock.wall() };
    await onDisk(file, async () => {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await rename(draft.file, file);
      await writeWhole(this.pathOf(hashed.sha256, 'json'), join(this.tmp, randomUUID()), JSON.stringify(full));
    });
    this.add({ ...full, ...hashed, file });
    await this.giveWay();
    return file;
  }

  find(evidence: string): StoredEvidence | undefined {
    const entry = this.entries.get(this.byEvidence.get(evidence) ?? '');
    return entry?.data && { data: entry.data, file: entry.file };
  }

  /** Deletes what is past its age, and the oldest while there is too much. */
  async giveWay(): Promise<void> {
    const { maxBytes, maxAgeMs, clock, onDropped } = this.options;
    const oldestMs = clock.wall() - maxAgeMs;
    for (const entry of [...this.entries.values()]) {
      const aged = entry.storedMs < oldestMs;
      if (!aged && this.total <= maxBytes) return;
      this.remove(entry);
      await rm(this.pathOf(entry.sha256, 'json'), { force: true });
      await rm(entry.file, { force: true });
      onDropped(aged ? 'evidence-age' : 'evidence-quota');
    }
  }

  private get tmp(): string {
    return join(this.options.dir, 'tmp');
  }

  private pathOf(sha256: string, extension: string): string {
    return join(this.options.dir, sha256.slice(0, 2), sha256.slice(2, 4), `${sha256}.${extension}`);
  }

  private add(entry: Entry): void {
    const before = this.entries.get(entry.sha256);
    if (before) this.remove(before);
    this.entries.set(entry.sha256, entry);
    if (entry.data) this.byEvidence.set(entry.data.evidence, entry.sha256);
    this.total += entry.bytes;
  }

  private remove(entry: Entry): void {
    if (!this.entries.delete(entry.sha256)) return;
    if (entry.data) this.byEvidence.delete(entry.data.evidence);
    this.total -= entry.bytes;
  }

  /** Bytes without a record are what a power cut left between the two: they are nobody's evidence yet. */
  private async readAll(): Promise<void> {
    const found: Entry[] = [];
    for (const name of await readdir(this.options.dir, { recursive: true })) {
      const sha256 = /([0-9a-f]{64})\.(?:jpg|mp4)$/.exec(name)?.[1];
      if (sha256 === undefined) continue;
      const file = join(this.options.dir, name);
      const record = await readRecord(this.pathOf(sha256, 'json'));
      if (record) found.push({ ...record, sha256, file, bytes: (await stat(file)).size });
      else await rm(file, { force: true });
    }
    for (const entry of found.sort((a, b) => a.storedMs - b.storedMs)) this.add(entry);
  }
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

async function writeWhole(file: string, aside: string, text: string): Promise<void> {
  const handle = await open(aside, 'wx', 0o600);
  await handle
    .writeFile(text)
    .then(() => handle.sync())
    .finally(() => handle.close());
  await rename(aside, file);
  const folder = await open(dirname(file), 'r');
  await folder.sync().finally(() => folder.close());
}
