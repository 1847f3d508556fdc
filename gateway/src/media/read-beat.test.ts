import { expect, it } from '@jest/globals';
import { VirtualClock } from '@angrid/runtime';
import { ReadBeat } from './read-beat.js';

it('what waits goes on together, fifty milliseconds after the first of it', async () => {
  const clock = new VirtualClock();
  const beat = new ReadBeat(clock);
  const log: string[] = [];
  const note = (name: string) => (): void => void log.push(`${name} at ${clock.monotonic() - startMs}`);
  const startMs = clock.monotonic();
  beat.wait(note('one'));
  await clock.advance(30);
  beat.wait(note('two'));
  await clock.advance(40);
  beat.wait(note('three'));
  await clock.advance(60);
  expect(log).toEqual(['one at 50', 'two at 50', 'three at 120']);
});
