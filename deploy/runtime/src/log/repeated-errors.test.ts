import { AnGridError } from '@angrid/contract';
import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../clock/virtual-clock.js';
import { RepeatedErrors } from './repeated-errors.js';

type Line = [level: string, fields: object, message: string];

function recording(): { errors: RepeatedErrors; clock: VirtualClock; lines: Line[] } {
  const lines: Line[] = [];
  const clock = new VirtualClock();
  const log = {
    warn: (fields: object, message: string) => void lines.push(['warn', fields, message]),
    error: (fields: object, message: string) => void lines.push(['error', fields, message]),
  };
  return { errors: new RepeatedErrors({ log, clock }), clock, lines };
}

const refused = (subject: string): AnGridError => new AnGridError('uplink.refused', { op: 'uplink.send', subject });

describe('RepeatedErrors', () => {
  it('writes the first occurrence at once and the others as a count each minute', async () => {
    const { errors, clock, lines } = recording();
    const err = refused('cloud');
    for (let turn = 0; turn < 10; turn += 1) errors.warn({ err, turn }, 'cannot send');
    expect(lines).toEqual([['warn', { err, turn: 0 }, 'cannot send']]);
    await clock.advance(60_000);
    expect(lines.slice(1)).toEqual([['warn', { err, turn: 9, repeated: 9 }, 'cannot send']]);
  });

  it('writes no count for what did not repeat, and takes it as new after a minute without it', async () => {
    const { errors, clock, lines } = recording();
    errors.error({}, 'broken');
    await clock.advance(60_000);
    expect(lines).toHaveLength(1);
    errors.error({}, 'broken');
    expect(lines).toEqual([
      ['error', {}, 'broken'],
      ['error', {}, 'broken'],
    ]);
  });

  it('goes on counting what repeats minute after minute', async () => {
    const { errors, clock, lines } = recording();
    for (let turn = 0; turn < 120; turn += 1) {
      errors.warn({}, 'again');
      await clock.advance(1000);
    }
    expect(lines.map(([, fields]) => fields)).toEqual([{}, { repeated: 59 }, { repeated: 60 }]);
  });

  it('tells errors apart by level, message, code, operation, subject and cause, not by detail', () => {
    const { errors, lines } = recording();
    errors.warn({ err: refused('a') }, 'm');
    errors.warn({ err: refused('b') }, 'm');
    errors.error({ err: refused('a') }, 'm');
    errors.warn({ err: refused('a') }, 'n');
    errors.warn(
      { err: new AnGridError('uplink.refused', { op: 'uplink.send', subject: 'a', cause: new Error('x') }) },
      'm',
    );
    errors.warn(
      { err: new AnGridError('uplink.refused', { op: 'uplink.send', subject: 'a', detail: 'attempt 2' }) },
      'm',
    );
    errors.warn(refused('c'), 'm');
    errors.warn(refused('d'), 'm');
    expect(lines).toHaveLength(7);
  });

  it('writes the counts that are left when it is closed, and stops its timer', async () => {
    const { errors, clock, lines } = recording();
    errors.warn({}, 'a');
    errors.warn({}, 'a');
    errors.close();
    expect(lines[1]).toEqual(['warn', { repeated: 1 }, 'a']);
    await clock.advance(600_000);
    expect(lines).toHaveLength(2);
  });

  it('keeps a bounded number of kinds, and loses no count', () => {
    const { errors, lines } = recording();
    errors.warn({}, 'first');
    errors.warn({}, 'first');
    for (let kind = 0; kind < 1000; kind += 1) errors.warn({}, `kind ${kind}`);
    expect(lines).toHaveLength(1002);
    expect(lines).toContainEqual(['warn', { repeated: 1 }, 'first']);
  });
});
