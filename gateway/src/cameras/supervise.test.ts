import { AnGridError } from '@angrid/contract';
import { silentLog, VirtualClock } from '@angrid/runtime';
import { describe, expect, it, test } from '@jest/globals';
import { supervise } from './supervise.js';

/** When a task was started that ends each time as `ends` says, milliseconds. */
async function startsOf(ends: (count: number) => unknown, forMs: number, random = 1): Promise<number[]> {
  const clock = new VirtualClock('2026-01-01T00:00:00Z');
  const stop = new AbortController();
  const starts: number[] = [];
  const done = supervise(
    async () => {
      starts.push(clock.monotonic());
      throw ends(starts.length);
    },
    { name: 'task', clock, log: silentLog, random: () => random },
    stop.signal,
  );
  await clock.advance(forMs);
  stop.abort();
  await done;
  return starts;
}

const unreachable = new AnGridError('onvif.unreachable', { op: 'onvif.pull' });
const hangs = new AnGridError('onvif.subscribing-hangs', { op: 'onvif.create' });

describe('what is supervised', () => {
  test.each([
    ['an unreachable host', unreachable],
    ['a fault', new AnGridError('onvif.fault', { op: 'onvif.create' })],
    ['a hostile reply', new AnGridError('onvif.hostile-reply', { op: 'onvif.pull' })],
    ['an error that nobody knows', new TypeError('x')],
    ['an end without an error', undefined],
  ])('is started again after %s, with a pause that grows to five seconds', async (_what, error) => {
    expect(await startsOf(() => error, 20_000)).toEqual([0, 1000, 3000, 7000, 12_000, 17_000]);
  });

  it('is not started by all at the same time', async () => {
    expect(await startsOf(() => unreachable, 20_000, 0)).toEqual([
      0, 500, 1500, 3500, 6000, 8500, 11_000, 13_500, 16_000, 18_500,
    ]);
  });

  it('is left in peace for ten minutes where the password was refused, and then for a day each time', async () => {
    const refused = new AnGridError('onvif.not-authorized', { op: 'onvif.pull' });
    const day = 86_400_000;
    expect(await startsOf(() => refused, 3 * day)).toEqual([0, 600_000, 600_000 + day, 600_000 + 2 * day]);
  });

  it('is tried each ten minutes where a person must mend something else', async () => {
    const changed = new AnGridError('onvif.certificate-changed', { op: 'onvif.pull' });
    expect(await startsOf(() => changed, 1_900_000)).toEqual([0, 600_000, 1_200_000, 1_800_000]);
  });

  it('is left in peace for five minutes where it hung twice when it was asked for a subscription', async () => {
    expect(await startsOf(() => hangs, 620_000)).toEqual([0, 1000, 301_000, 601_000]);
    expect(await startsOf((count) => (count % 2 ? hangs : unreachable), 8000)).toEqual([0, 1000, 3000, 7000]);
  });
});
