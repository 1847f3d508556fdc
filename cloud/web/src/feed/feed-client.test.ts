import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiProblem, unreachable } from '../api/problem.js';
import { type FakeStream, fakeStream, settled } from '../testing/stream.js';
import { ManualClock } from '../time/manual-clock.js';
import { type Feed, openFeed, STALE_MS } from './feed-client.js';

interface Opened {
  readonly lastEventId: string | undefined;
  readonly stream: FakeStream;
}

let clock: ManualClock;
let opened: Opened[];
let refusal: Error | undefined;
let story: string[];
let contacts: number[];
let feed: Feed;

const entry = (position: number) => `id: ${position}\nevent: incident\ndata: {"subject":"i${position}"}\n\n`;
const hello = (position: number) =>
  `event: hello\ndata: {"position":${position},"serverTime":"2026-03-01T08:00:00Z"}\n\n`;
const latest = (): FakeStream => {
  const last = opened.at(-1);
  if (!last) throw new Error('no stream was opened');
  return last.stream;
};
const write = async (...texts: string[]): Promise<void> => {
  for (const text of texts) latest().write(text);
  await settled();
};
const pass = async (ms: number): Promise<void> => {
  clock.advance(ms);
  await settled();
};

beforeEach(async () => {
  clock = new ManualClock(1_000_000);
  opened = [];
  refusal = undefined;
  story = [];
  contacts = [];
  feed = openFeed({
    clock,
    random: () => 1,
    open: async (_path, headers, signal) => {
      if (refusal) throw refusal;
      const stream = fakeStream(signal);
      opened.push({ lastEventId: headers['Last-Event-ID'], stream });
      return stream.response;
    },
    listener: {
      onLink: (link) => story.push(link),
      onContact: (at) => contacts.push(at),
      onServerTime: (time) => story.push(`time ${time}`),
      onEntry: ({ subject }) => story.push(subject),
      onRestart: () => story.push('load'),
    },
  });
  await settled();
});
afterEach(() => feed.close());

describe('the feed', () => {
  it('is live after the first answer, learns the time and asks for everything once', async () => {
    await write(hello(10), entry(11), entry(12));
    expect(story).toEqual(['connecting', 'live', 'time 2026-03-01T08:00:00Z', 'load', 'i11', 'i12']);
  });

  it('gives each entry once, also when it is sent twice', async () => {
    await write(hello(10), entry(11), entry(11), entry(10), entry(12));
    expect(story.slice(4)).toEqual(['i11', 'i12']);
  });

  it('comes back after a break and asks for what came after the last position', async () => {
    await write(hello(10), entry(11));
    latest().end();
    await settled();
    expect(story.at(-1)).toBe('lost');
    await pass(1000);
    expect(opened.map(({ lastEventId }) => lastEventId)).toEqual([undefined, '11']);
    await write(hello(13), entry(12), entry(13));
    expect(story.slice(-4)).toEqual(['live', 'time 2026-03-01T08:00:00Z', 'i12', 'i13']);
  });

  it('waits longer after each failure and starts anew after a success', async () => {
    refusal = unreachable();
    latest().end();
    await settled();
    await pass(1000);
    await pass(1999);
    refusal = undefined;
    expect(opened).toHaveLength(1);
    await pass(1);
    expect(opened).toHaveLength(2);
    latest().end();
    await settled();
    await pass(1000);
    expect(opened).toHaveLength(3);
  });

  it('tries at once when it is told to', async () => {
    latest().end();
    await settled();
    feed.retryNow();
    await settled();
    expect(opened).toHaveLength(2);
  });

  it('counts a keep-alive comment as contact', async () => {
    await write(hello(10));
    await pass(STALE_MS - 1);
    await write(': keep-alive\n\n');
    await pass(STALE_MS - 1);
    expect(contacts.at(-1)).toBe(1_000_000 + STALE_MS - 1);
    expect(story.at(-1)).toBe('load');
  });

  it('does not trust a line that says nothing at all', async () => {
    await write(hello(10));
    await pass(STALE_MS);
    expect(story.at(-1)).toBe('lost');
  });

  it('loads again when the cloud says that it cannot replay that far', async () => {
    await write(hello(10), 'event: reset\ndata: {}\n\n');
    expect(story.slice(-2)).toEqual(['load', 'load']);
  });

  it('loads again when the cloud has gone back in time, and hears what follows', async () => {
    await write(hello(10), entry(11));
    latest().end();
    await settled();
    await pass(1000);
    await write(hello(3), entry(4));
    expect(story.slice(-2)).toEqual(['load', 'i4']);
  });

  it('ends where the session has ended', async () => {
    refusal = new ApiProblem('auth.required', 401);
    latest().end();
    await settled();
    await pass(1000);
    await pass(100_000);
    expect(opened).toHaveLength(1);
    expect(clock.waiting).toBe(0);
  });

  it('leaves no timer behind when it is closed', async () => {
    feed.close();
    await settled();
    expect(clock.waiting).toBe(0);
  });
});
