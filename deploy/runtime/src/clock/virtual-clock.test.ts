import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from './virtual-clock.js';

describe('VirtualClock', () => {
  it('runs timers in the order of their due time, and in the order of their making when they are due together', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.after(20, () => ran.push('late'));
    clock.after(10, () => ran.push('first of two'));
    clock.after(10, () => ran.push('second of two'));
    clock.after(0, () => ran.push('at once'));
    await clock.advance(20);
    expect(ran).toEqual(['at once', 'first of two', 'second of two', 'late']);
  });

  it('shows each timer the time at which it was due', async () => {
    const clock = new VirtualClock('2026-03-01T00:00:00Z');
    const seen: [number, string][] = [];
    const note = (): number => seen.push([clock.monotonic(), new Date(clock.wall()).toISOString()]);
    clock.after(1000, note);
    clock.after(2500, note);
    await clock.advance(60_000);
    expect(seen).toEqual([
      [1000, '2026-03-01T00:00:01.000Z'],
      [2500, '2026-03-01T00:00:02.500Z'],
    ]);
    expect(clock.monotonic()).toBe(60_000);
  });

  it('runs a timer exactly at the end of the time that passes, and none after it', async () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    clock.after(10, () => ran.push(10));
    clock.after(11, () => ran.push(11));
    await clock.advance(10);
    expect(ran).toEqual([10]);
    await clock.advance(1);
    expect(ran).toEqual([10, 11]);
  });

  it('repeats what runs every so often until it is cancelled', async () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    const cancel = clock.every(10, () => ran.push(clock.monotonic()));
    await clock.advance(35);
    cancel();
    cancel();
    await clock.advance(100);
    expect(ran).toEqual([10, 20, 30]);
  });

  it('lets a task cancel its own repetition', async () => {
    const clock = new VirtualClock();
    let runs = 0;
    const cancel = clock.every(5, () => {
      runs += 1;
      if (runs === 2) cancel();
    });
    await clock.advance(100);
    expect(runs).toBe(2);
  });

  it('does not run what was cancelled', async () => {
    const clock = new VirtualClock();
    let ran = false;
    clock.after(5, () => (ran = true))();
    await clock.advance(10);
    expect(ran).toBe(false);
  });

  it('runs in the same advance a timer that a timer makes', async () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    clock.after(10, () => clock.after(5, () => ran.push(clock.monotonic())));
    await clock.advance(20);
    expect(ran).toEqual([15]);
  });

  it('lets awaiting code run between timers', async () => {
    const clock = new VirtualClock();
    const steps: string[] = [];
    const sleeper = (async () => {
      await clock.sleep(10);
      steps.push(`woke at ${clock.monotonic()}`);
      await clock.sleep(10);
      steps.push(`woke at ${clock.monotonic()}`);
    })();
    await clock.advance(20);
    await sleeper;
    expect(steps).toEqual(['woke at 10', 'woke at 20']);
  });

  it('ends a sleep with the reason of its signal, and leaves no timer behind', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const slept = clock.sleep(1000, stop.signal);
    const outcome = expect(slept).rejects.toThrow('shutting down');
    stop.abort(new Error('shutting down'));
    await outcome;
    await expect(clock.sleep(1000, stop.signal)).rejects.toThrow('shutting down');
  });

  it('finishes a sleep that is not aborted, and an abort afterwards changes nothing', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const slept = clock.sleep(10, stop.signal);
    await clock.advance(10);
    await expect(slept).resolves.toBeUndefined();
    stop.abort(new Error('too late'));
  });

  it('moves the wall clock without letting time pass', async () => {
    const clock = new VirtualClock('2026-01-01T00:00:00Z');
    let ran = false;
    clock.after(1000, () => (ran = true));
    clock.jumpWall(3_600_000);
    await clock.advance(0);
    expect([clock.monotonic(), new Date(clock.wall()).toISOString(), ran]).toEqual([
      0,
      '2026-01-01T01:00:00.000Z',
      false,
    ]);
  });
});
