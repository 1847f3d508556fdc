import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLog } from '@angrid/runtime';
import { BenchSite, CloudBench } from '../../../testing/gateway-site.js';
import type { Session } from '../../accounts/sessions.js';
import { announce } from '../../dispatch/feed.js';
import { placeFeedRows } from '../../dispatch/feed-sequencer.js';
import { systemScope } from '../../platform/database/index.js';
import { FeedHub, type FeedStream } from './feed-hub.js';

let bench: CloudBench;
let site: BenchSite;
beforeAll(async () => {
  bench = await CloudBench.open();
  site = await BenchSite.open(bench);
  await site.furnish();
}, 120_000);
afterAll(() => bench.close());

/** A reader that takes nothing off the line once it is full. */
class StuckStream implements FeedStream {
  waitingBytes = 0;
  ended = false;
  private readonly told: (() => void)[] = [];

  write(text: string): boolean {
    this.waitingBytes += text.length;
    for (const tell of this.told.splice(0)) tell();
    return false;
  }

  end(): void {
    this.ended = true;
  }

  written(): Promise<void> {
    return new Promise((resolve) => this.told.push(resolve));
  }
}

const session = { hash: 'x', account: { id: 'x', role: 'property-manager', duties: [] } } as unknown as Session;

function openHub(): FeedHub {
  const { db, clock } = bench;
  return new FeedHub({ db, clock, log: silentLog, silenceMs: 45_000, onGiven: () => undefined });
}

async function news(): Promise<number> {
  const entry = { topic: 'device', subject: 'door', compound: 'c1', unitPath: null } as const;
  await bench.system((trx) => announce(trx, [entry], bench.now));
  return placeFeedRows(bench.db);
}

describe('a console that does not read', () => {
  it('is cut off before it holds up memory, and the others go on', async () => {
    const hub = openHub();
    hub.start();
    const [stuck, reading] = [new StuckStream(), new StuckStream()];
    const viewer = { session, scope: systemScope('test'), topics: ['device'] as const };
    await hub.join({ ...viewer, stream: stuck }, undefined);
    await hub.join({ ...viewer, stream: reading }, undefined);
    stuck.waitingBytes = 2_000_000;
    const written = reading.written();
    hub.wake(await news());
    await written;
    await hub.stop();
    expect(stuck.ended).toBe(true);
    expect(hub.size).toBe(0);
  });

  it('is told that the link is alive while nothing happens', async () => {
    const hub = openHub();
    hub.start();
    const stream = new StuckStream();
    await hub.join({ session, scope: systemScope('test'), topics: ['device'], stream }, undefined);
    const before = stream.waitingBytes;
    await bench.clock.advance(15_000);
    expect(stream.waitingBytes - before).toBe(': keep-alive\n\n'.length);
    await hub.stop();
  });
});
