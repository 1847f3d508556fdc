import { kindDefinition } from '@angrid/contract';
import type { Reading } from '../drivers/driver.js';
import type { NormalisedEvent, NormaliseResult } from '../normalise/index.js';

/** One line of `angrid events tail`. `raw` is there only where it was asked for, cut to 4 KiB; it stays on this machine. */
export interface TailLine {
  readonly at: string;
  readonly device: string;
  readonly topic: string;
  readonly events: readonly { readonly kind: string; readonly id: string; readonly late: boolean }[];
  readonly drops: readonly { readonly reason: string; readonly count: number }[];
  readonly heartbeat: boolean;
  /** The device said, or its will, that it came or went. */
  readonly presence?: 'online' | 'offline';
  readonly unknown: boolean;
  readonly error?: string;
  readonly raw?: string;
  /** The whole body in base64, up to 64 KiB, for `angrid profile learn`. */
  readonly body?: string;
}

/** What a follower gets of the messages beside their meaning. */
export interface TailOptions {
  readonly device?: string;
  readonly raw: boolean;
  readonly body?: boolean;
}

interface Follower {
  readonly options: TailOptions;
  push(line: TailLine): void;
}

const WAITING = 1000;
const WAITING_BODIES = 100;
const RAW_BYTES = 4096;
const BODY_BYTES = 64 * 1024;

/** Lets people watch what passes. Nobody watching costs nothing; somebody slow loses lines, never the gateway time. */
export class Tail {
  private readonly followers = new Set<Follower>();

  /** What is silent is shown to those entitled, in the console; nobody who stands at the box is told of it. */
  pass(reading: Reading, read: NormaliseResult): void {
    if (read.events.some(isSilent)) return;
    for (const follower of this.followers) {
      const { device } = follower.options;
      if (device !== undefined && device !== reading.deviceId) continue;
      follower.push(lineOf(reading, read, follower.options));
    }
  }

  async *follow(options: TailOptions, signal: AbortSignal): AsyncGenerator<TailLine> {
    const waiting: TailLine[] = [];
    const most = options.body === true ? WAITING_BODIES : WAITING;
    let wake = (): void => undefined;
    const follower: Follower = {
      options,
      push: (line) => {
        if (waiting.length < most) waiting.push(line);
        wake();
      },
    };
    this.followers.add(follower);
    signal.addEventListener('abort', () => wake(), { once: true });
    try {
      while (!signal.aborted) {
        yield* waiting.splice(0);
        if (waiting.length === 0 && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.followers.delete(follower);
    }
  }
}

function isSilent({ item }: NormalisedEvent): boolean {
  return kindDefinition(item.data.kind).silent === true && !item.exercise;
}

function lineOf(reading: Reading, read: NormaliseResult, { raw, body = false }: TailOptions): TailLine {
  return {
    at: reading.received.wall,
    device: reading.deviceId,
    topic: reading.topic,
    events: read.events.map(({ item }) => ({ kind: item.data.kind, id: item.id, late: item.late })),
    drops: read.drops,
    heartbeat: read.heartbeat === true,
    ...(read.presence && { presence: read.presence }),
    unknown: read.unknown !== undefined,
    ...(read.error && { error: read.error.message }),
    ...(raw && { raw: reading.body.subarray(0, RAW_BYTES).toString('utf8') }),
    ...(body && { body: reading.body.subarray(0, BODY_BYTES).toString('base64') }),
  };
}
