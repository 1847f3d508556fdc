import { join } from 'node:path';
import type { AnGridError } from '@angrid/contract';
import type { Clock, Log } from '@angrid/runtime';
import type { SiteFacts } from './gap-draft.js';
import { GroupingOutbox } from './grouping-outbox.js';
import type { StoreSettings } from './open-store.js';
import type { Outbox } from './outbox.js';
import type { LaneQuota, StoreLimits } from './store.js';
import { openInline, openThread, type StoreLink, type ThreadEntry } from './store-link.js';

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
/** What a thousand events a second cost falls by a quarter with it; an event is stored at most so much later. */
const COMMIT_EVERY_MS = 10;

/** Bytes decide; the rows only bound what a flood of tiny lines could do. */
export const defaultLimits: StoreLimits = {
  quotas: {
    alarm: { bytes: 512 * MIB, rows: 2_000_000 },
    record: { bytes: 1024 * MIB, rows: 4_000_000 },
    media: { bytes: 64 * MIB, rows: 100_000 },
  },
  reserveBytes: 256 * MIB,
  seen: { maxAgeMs: 30 * DAY_MS, maxCount: 2_000_000 },
  quarantine: 10_000,
};

export type { LaneQuota, SiteFacts, StoreLimits, ThreadEntry };

export interface OutboxOptions {
  /** The gateway's data folder: `outbox/outbox.db` and `witness.json` lie in it. */
  readonly dataFolder: string;
  readonly gateway: string;
  readonly clock: Clock;
  readonly log: Log;
  /** What tells this machine from another: /etc/machine-id, or an id made at set-up. */
  readonly machine: string;
  /** Id of the kernel's run: /proc/sys/kernel/random/boot_id. */
  readonly boot: string;
  /** What a gap report carries; asked each time, because the site configuration changes. */
  readonly facts: () => SiteFacts;
  /** Called once, when the outbox takes nothing any more: end the process, and let it be started again. */
  readonly onBroken?: (error: AnGridError) => void;
  readonly limits?: StoreLimits;
  readonly thread?: ThreadEntry;
  /** Milliseconds from one commit to the next under load, unless given 10; 0 for none. */
  readonly commitEveryMs?: number;
}

/**
 * Opens the outbox, its store in a thread of its own. Throws `outbox.unusable` where another process holds it, where it
 * is another gateway's, or where the disk refuses.
 */
export async function openOutbox(options: OutboxOptions): Promise<Outbox> {
  const entry = options.thread ?? { url: new URL('./thread.js', import.meta.url) };
  return over(await openThread(settingsOf(options), entry), options);
}

/** The same outbox with its store in the caller's thread, which then waits for each fsync. */
export async function openInlineOutbox(options: OutboxOptions): Promise<Outbox> {
  return over(openInline(settingsOf(options)), options);
}

function settingsOf({ dataFolder, gateway, machine, clock, limits = defaultLimits }: OutboxOptions): StoreSettings {
  return {
    file: join(dataFolder, 'outbox', 'outbox.db'),
    witness: join(dataFolder, 'witness.json'),
    gateway,
    machine,
    limits,
    now: { wall: clock.wall(), monotonicMs: clock.monotonic() },
  };
}

function over(link: StoreLink, options: OutboxOptions): Outbox {
  const { clock, gateway, boot, facts, log, onBroken, commitEveryMs = COMMIT_EVERY_MS } = options;
  const { epoch, epochIsNew, movedTo } = link.report;
  if (movedTo !== undefined)
    log.error({ movedTo, epoch }, 'the outbox was damaged: it is kept aside, and what it held is reported as a gap');
  else if (epochIsNew) log.warn({ epoch }, 'the data was restored or copied: a new boot epoch begins');
  const takesNothingMore = (error: AnGridError): void => {
    log.error({ err: error }, 'the outbox takes nothing more until the gateway is started again');
    onBroken?.(error);
  };
  return new GroupingOutbox({ link, clock, gateway, boot, facts, commitEveryMs, onBroken: takesNothingMore });
}
