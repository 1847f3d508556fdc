import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@angrid/runtime';
import { AttemptLimiter } from './attempt-limiter.js';

describe('the attempts of one key', () => {
  it('are bounded, and one comes back after each pause', async () => {
    const clock = new VirtualClock('2026-03-01T00:00:00Z');
    const limiter = new AttemptLimiter(clock, { burst: 2, refillMs: 60_000 });
    expect([limiter.take('a'), limiter.take('a'), limiter.take('a')]).toEqual([true, true, false]);
    await clock.advance(59_999);
    expect(limiter.take('a')).toBe(false);
    await clock.advance(1);
    expect([limiter.take('a'), limiter.take('a')]).toEqual([true, false]);
  });

  it('do not touch those of another key', () => {
    const limiter = new AttemptLimiter(new VirtualClock('2026-03-01T00:00:00Z'), { burst: 1, refillMs: 1000 });
    expect([limiter.take('a'), limiter.take('a'), limiter.take('b')]).toEqual([true, false, true]);
  });

  it('are all given back after a good one', () => {
    const limiter = new AttemptLimiter(new VirtualClock('2026-03-01T00:00:00Z'), { burst: 1, refillMs: 1000 });
    limiter.take('a');
    limiter.forgive('a');
    expect(limiter.take('a')).toBe(true);
  });
});
