import { beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@angrid/runtime';
import { ReadBeat } from './read-beat.js';

describe('the beat in which cameras are read', () => {
  let clock: VirtualClock;
  let beat: ReadBeat;
  let log: string[];
  let note: (name: string) => () => void;
  beforeEach(() => {
    clock = new VirtualClock();
    beat = new ReadBeat(clock);
    log = [];
    const startMs = clock.monotonic();
    note = (name) => () => void log.push(`${name} at ${clock.monotonic() - startMs}`);
  });

  it('takes what waits together, two hundred milliseconds after the first of it', async () => {
    beat.wait(note('one'));
    await clock.advance(120);
    beat.wait(note('two'));
    await clock.advance(100);
    beat.wait(note('three'));
    await clock.advance(200);
    expect(log).toEqual(['one at 200', 'two at 200', 'three at 420']);
  });

  it('strikes at once where somebody is in a hurry, and faster as long as that lasts', async () => {
    beat.wait(note('one'));
    await clock.advance(10);
    beat.hurry(100);
    beat.hurry(20);
    beat.wait(note('two'));
    await clock.advance(100);
    beat.wait(note('three'));
    await clock.advance(300);
    expect(log).toEqual(['one at 10', 'two at 60', 'three at 310']);
  });
});
