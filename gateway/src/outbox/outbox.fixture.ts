import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lane } from '@angrid/contract';
import { nextLink, sha256 } from '@angrid/contract/signing';
import { type Log, silentLog, VirtualClock } from '@angrid/runtime';
import { defaultLimits, openInlineOutbox, openOutbox, type OutboxOptions } from './open-outbox.js';
import type { Atom, Draft, Lease, Outbox } from './outbox.js';
import type { StoreLimits } from './store.js';
import type { ThreadEntry } from './store-link.js';

export const sourceLoader = new URL('./source-loader.fixture.mjs', import.meta.url);

/** Arguments of Node that let it run the sources. */
export const sourceArguments = ['--conditions=source', '--import', sourceLoader.href];

/** The thread of the outbox, from its source. */
export const sourceThread: ThreadEntry = { url: new URL('./thread.ts', import.meta.url), execArgv: sourceArguments };

export type Kind = 'thread' | 'inline';

/** A data folder with the outboxes that were opened on it; `dispose` closes them and removes it. */
export class OutboxBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'angrid-outbox-'));
  readonly clock = new VirtualClock();
  private readonly opened = new Set<Promise<Outbox>>();

  constructor(private readonly kind: Kind = 'inline') {}

  async open({
    limits,
    log = silentLog,
    ...changes
  }: Partial<Omit<OutboxOptions, 'limits'>> & { limits?: Partial<StoreLimits> } = {}): Promise<Outbox> {
    const options: OutboxOptions = {
      dataFolder: this.folder,
      gateway: 'gw-1',
      clock: this.clock,
      log,
      machine: 'machine-1',
      boot: 'boot-1',
      facts: () => ({ purpose: 'public-safety', siteClass: 'art7' }),
      thread: sourceThread,
      commitEveryMs: 0,
      ...changes,
      limits: { ...defaultLimits, reserveBytes: 0, ...limits },
    };
    const opening = this.kind === 'thread' ? openOutbox(options) : openInlineOutbox(options);
    this.opened.add(opening);
    return opening;
  }

  async close(outbox: Outbox): Promise<void> {
    for (const opening of this.opened)
      if ((await opening.catch(() => undefined)) === outbox) this.opened.delete(opening);
    await outbox.close();
  }

  async dispose(): Promise<void> {
    for (const opening of this.opened) await opening.then((outbox) => outbox.close()).catch(() => undefined);
    rmSync(this.folder, { recursive: true });
  }
}

export function draft(name: string, lane: Lane = 'record', pad = 0): Draft {
  const id = sha256(name);
  return { id, lane, json: JSON.stringify({ id, name, lane, ...(pad > 0 ? { pad: 'x'.repeat(pad) } : {}) }) };
}

/** An atom with one line of its own name on each of these lanes. */
export function atom(name: string, lanes: readonly Lane[] = ['record'], pad = 0): Atom {
  return {
    event: sha256(name),
    drafts: lanes.map((lane, index) => draft(index === 0 ? name : `${name}/${index}`, lane, pad)),
    states: [],
  };
}

export async function appendAll(
  outbox: Outbox,
  names: readonly string[],
  lane: Lane = 'record',
  pad = 0,
): Promise<void> {
  await Promise.all(names.map((name) => outbox.append(atom(name, [lane], pad))));
}

/** `name-1` … `name-count`. */
export function names(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
}

export interface ParsedLine {
  readonly bootepoch: number;
  readonly sequence: number;
  readonly id: string;
  readonly name?: string;
  readonly type?: string;
  readonly data?: unknown;
}

export function parsed(lease: Lease | undefined): ParsedLine[] {
  return (lease?.lines ?? []).map(({ line }) => JSON.parse(line) as ParsedLine);
}

export function namesOf(lease: Lease | undefined): (string | undefined)[] {
  return parsed(lease).map(({ name }) => name);
}

export function idsOf(lease: Lease): string[] {
  return lease.lines.map(({ id }) => id);
}

export function accepting(lease: Lease): { accepted: string[]; duplicate: string[]; rejected: [] } {
  return { accepted: idsOf(lease), duplicate: [], rejected: [] };
}

/** Sends everything that a lane holds, as a cloud that takes it all would see it. */
export async function drainLane(outbox: Outbox, lane: Lane, limit = 100): Promise<Lease[]> {
  const leases: Lease[] = [];
  for (let lease = await outbox.lease(lane, limit); lease; lease = await outbox.lease(lane, limit)) {
    leases.push(lease);
    await outbox.settle(lease, accepting(lease));
  }
  return leases;
}

/** Whether the head of a lease follows from its prev and its lines. */
export function chainHolds(lease: Lease): boolean {
  let link = lease.prev;
  for (const { line } of lease.lines) link = nextLink(link, line);
  return link === lease.head;
}

export interface Recorded {
  readonly level: keyof Omit<Log, 'child'>;
  readonly message: string;
}

export function recordingLog(): { readonly log: Log; readonly lines: Recorded[] } {
  const lines: Recorded[] = [];
  const note = (level: Recorded['level']) => (_fields: object, message: string) => void lines.push({ level, message });
  const log: Log = {
    debug: note('debug'),
    info: note('info'),
    warn: note('warn'),
    error: note('error'),
    child: () => log,
  };
  return { log, lines };
}
