import { describe, expect, it } from '@jest/globals';
import { Random } from '../tamper/random.js';
import { newCompound } from './compound.js';
import { Journal } from './journal.js';
import { judge, naively } from './judge.js';

const compound = newCompound('c', new Random(1));
const [door] = compound.doors;

/** A forced door with motion, and a courier who props another one. */
function evening(): Journal {
  const journal = new Journal(compound);
  const matter = journal.cause('break-in', true);
  journal.tell(matter, door.id, 'door.forced', { at: 0 });
  journal.tell(matter, door.camera, 'motion.started', { at: 1000 });
  journal.tell(journal.cause('courier', false), door.id, 'door.held_open', { at: 3_600_000 });
  return journal;
}

describe('the judge', () => {
  const journal = evening();
  const alerts = journal.alerts();
  const idOf = (kind: string): string => alerts.find((alert) => alert.kind === kind)?.alert ?? '';
  const verdict = (...told: string[][]) => judge(journal, alerts, told);

  it('counts what was told once of what somebody had to know', () => {
    expect(verdict([idOf('door.forced'), idOf('motion.started')])).toMatchObject({ right: 1, found: 1, matters: 1 });
  });

  it('counts against precision what is told twice and what nobody had to know', () => {
    const told = [['door.forced'], ['door.forced'], ['door.held_open'], ['motion.started']];
    expect(verdict(...told.map((kinds) => kinds.map(idOf)))).toMatchObject({
      right: 1,
      told: 4,
      wrong: ['break-in, again', 'courier', 'nothing'],
    });
  });

  it('counts against recall what was not told', () => {
    expect(verdict([idOf('door.held_open')])).toMatchObject({ found: 0, matters: 1, missed: ['break-in'] });
  });

  it('judges the window by the same alerts', () => {
    expect(naively(alerts, 60_000)).toEqual([[idOf('door.forced')], [idOf('door.held_open')]]);
    expect(naively(alerts, 7_200_000)).toHaveLength(1);
  });
});
