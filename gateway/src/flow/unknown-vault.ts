import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HealthData } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { z } from 'zod';
import type { Reading } from '../drivers/driver.js';
import type { Seal } from '../identity/seal.js';

const MAX_FILES = 200;
const MAX_BYTES = 64 * 1024;
const MAX_AGE_MS = 7 * 86_400_000;
const MAX_COUNTED = 100;
/** What comes again and again is written once in this time. */
const WRITE_AGAIN_MS = 86_400_000;
const MAX_WRITTEN = 1000;

const LINE_FEED = 0x0a;

type Unknown = HealthData['unknown'][number];

/** Stands in front of each sealed payload. */
const headSchema = z.object({ device: z.string(), topic: z.string(), at: z.string() });

export interface KeptMessage extends z.infer<typeof headSchema> {
  /** Cut to 64 KiB. */
  readonly body: Buffer;
}

/**
 * Payloads that no profile knows: raw, sealed, on this gateway only; at most 200 of 64 KiB for seven days. The cloud
 * gets topic, hash and count.
 */
export class UnknownVault {
  private readonly counts = new Map<string, Unknown>();
  private readonly written = new Map<string, number>();
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly seal: Seal,
    private readonly clock: Clock,
  ) {}

  keep(reading: Reading, { topic, hash }: { readonly topic: string; readonly hash: string }): void {
    const key = keyOf(reading, topic, hash);
    const known = this.counts.get(key);
    if (known) known.count += 1;
    else if (this.counts.size < MAX_COUNTED) this.counts.set(key, { device: reading.deviceId, topic, hash, count: 1 });
    if (this.isNew(key)) this.writing = this.writing.then(() => this.write(reading, hash)).catch(() => undefined);
  }

  /** What was counted since the last call. */
  take(): Unknown[] {
    const taken = [...this.counts.values()];
    this.counts.clear();
    return taken;
  }

  /** What is kept of a device, for an installer who writes a profile; what cannot be opened is left out. */
  async *opened(device: string): AsyncGenerator<KeptMessage> {
    await this.idle();
    for (const name of await readdir(this.folder).catch(() => [])) {
      const kept = await this.open(join(this.folder, name));
      if (kept?.device === device) yield kept;
    }
  }

  private async open(file: string): Promise<KeptMessage | undefined> {
    try {
      const plain = this.seal.openBytes(await readFile(file));
      const end = plain.indexOf(LINE_FEED);
      return {
        ...headSchema.parse(JSON.parse(plain.subarray(0, end).toString('utf8'))),
        body: plain.subarray(end + 1),
      };
    } catch {
      return undefined;
    }
  }

  private isNew(key: string): boolean {
    const now = this.clock.wall();
    const before = this.written.get(key);
    if (before !== undefined && Math.abs(now - before) < WRITE_AGAIN_MS) return false;
    if (this.written.size >= MAX_WRITTEN) this.written.clear();
    this.written.set(key, now);
    return true;
  }

  async idle(): Promise<void> {
    await this.writing;
  }

  private async write(reading: Reading, hash: string): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await this.prune();
    const { deviceId: device, topic, received } = reading;
    const head = Buffer.from(`${JSON.stringify({ device, topic, at: received.wall })}\n`);
    const sealed = this.seal.closeBytes(Buffer.concat([head, reading.body.subarray(0, MAX_BYTES)]));
    await writeFile(this.fileOf(hash), sealed, { mode: 0o600 });
  }

  private async prune(): Promise<void> {
    const files: { path: string; at: number }[] = [];
    for (const name of await readdir(this.folder)) {
      const path = join(this.folder, name);
      files.push({ path, at: (await stat(path)).mtimeMs });
    }
    files.sort((a, b) => b.at - a.at);
    const oldest = this.clock.wall() - MAX_AGE_MS;
    for (const [index, { path, at }] of files.entries()) {
      if (index >= MAX_FILES - 1 || at < oldest) await rm(path, { force: true });
    }
  }

  private fileOf(hash: string): string {
    return join(this.folder, `${hash.replaceAll(/[^0-9a-f]/g, '')}.sealed`);
  }
}

/** The topic of ONVIF says what a message is, and its bytes differ each time; others are told apart by their bytes. */
function keyOf({ protocol, deviceId }: Reading, topic: string, hash: string): string {
  return protocol === 'onvif' ? `${deviceId}/${topic}` : `${deviceId}/${topic}/${hash}`;
}
