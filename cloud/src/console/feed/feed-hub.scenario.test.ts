import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { silentLog } from '@angrid/runtime';
import { BenchSite, CloudBench } from '../../../testing/gateway-site.js';
import { scopeOfAccount } from '../../accounts/account-scope.js';
import { createAccount } from '../../accounts/manage-accounts.js';
import { closeSession, findSession, openSession } from '../../accounts/sessions.js';
import { announce } from '../../dispatch/feed.js';
import { placeFeedBatches } from '../../dispatch/feed-sequencer.js';
import { FeedHub, type FeedStream, type Viewer } from './feed-hub.js';

let bench: CloudBench;
let site: BenchSite;
let viewer: Pick<Viewer, 'session' | 'scope' | 'topics'>;
beforeAll(async () => {
  bench = await CloudBench.open();
  site = await BenchSite.open(bench);
  await site.furnish();
  viewer = await newViewer();
}, 120_000);
afterEach(() => void jest.restoreAllMocks());
afterAll(() => bench.close());

/** A reader that takes nothing off the line once it is full. */
class StuckStream implements FeedStream {
  waitingBytes = 0;
  bytesOfLetter = 1;
  letters = 0;
  ended = false;
  private readonly told: (() => void)[] = [];

  write(text: string): boolean {
    this.waitingBytes += text.length * this.bytesOfLetter;
    if (text.includes('event: device')) this.letters += 1;
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

async function newViewer(login = 'viewer'): Promise<typeof viewer> {
  const { db, clock, now } = bench;
  const facts = { login, label: 'Viewer', role: 'auditor' } as const;
  const id = await createAccount(db, { ...facts, compounds: [], unitPaths: [], duties: [] }, now);
  const session = await findSession({ db, clock }, await openSession({ db, clock }, id));
  if (!session) throw new Error('the new session does not serve');
  return { session, scope: await scopeOfAccount(db, session.account, now), topics: ['device'] };
}

function openHub(): FeedHub {
  const { db, clock } = bench;
  return new FeedHub({ db, clock, log: silentLog, silenceMs: 45_000, onGiven: () => undefined });
}

/** The second transaction of the service from now on does not begin. */
function failTheSecond(): void {
  const { service } = bench.db;
  const begin = service.transaction.bind(service);
  jest
    .spyOn(service, 'transaction')
    .mockImplementationOnce(begin)
    .mockImplementationOnce(() => {
      throw new Error('no connection');
    });
}

async function news(): Promise<number> {
  const entry = { topic: 'device', subject: 'door', compound: 'c1', unitPath: null } as const;
  await bench.system((trx) => announce(trx, [entry], bench.now));
  return placeFeedBatches(bench.db);
}

describe('a console that does not read', () => {
  it('is cut off before it holds up memory, and the others go on', async () => {
    const hub = openHub();
    hub.start();
    const [stuck, reading] = [new StuckStream(), new StuckStream()];
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

  it('is not cut off because much has happened at once', async () => {
    const hub = openHub();
    hub.start();
    const stream = new StuckStream();
    await hub.join({ ...viewer, stream }, undefined);
    stream.bytesOfLetter = 1_000_000;
    const written = stream.written();
    hub.wake(await news());
    await written;
    expect(stream.ended).toBe(false);
    await hub.stop();
  });

  it('is told that the link is alive while nothing happens', async () => {
    const hub = openHub();
    hub.start();
    const stream = new StuckStream();
    await hub.join({ ...viewer, stream }, undefined);
    const before = stream.waitingBytes;
    await bench.clock.advance(15_000);
    expect(stream.waitingBytes - before).toBe(': keep-alive\n\n'.length);
    await hub.stop();
  });

  it('is not let in where its session ended while it came', async () => {
    const hub = openHub();
    const [held, stream] = [await newViewer('late'), new StuckStream()];
    await closeSession(bench.db, held.session);
    await hub.join({ ...held, stream }, undefined);
    expect([stream.ended, hub.size]).toEqual([true, 0]);
    await hub.stop();
  });
});

describe('a reading that fails', () => {
  it('holds up nobody else, and in the end each console has its news once', async () => {
    const hub = openHub();
    const consoles = [new StuckStream(), new StuckStream()];
    const topics: Viewer['topics'][] = [['device'], ['device', 'alert']];
    for (const [index, stream] of consoles.entries())
      await hub.join({ ...viewer, topics: topics[index] ?? [], stream }, undefined);
    const heard = consoles.map((stream) => stream.written());
    hub.start();
    const latest = await news();
    // The first finds the window, the second reads for the first console.
    failTheSecond();
    hub.wake(latest);
    await heard[1];
    expect(consoles.map(({ letters }) => letters)).toEqual([0, 1]);
    await bench.clock.advance(1000);
    await heard[0];
    await hub.stop();
    expect(consoles.map(({ letters }) => letters)).toEqual([1, 1]);
  });
});
