import type { Random } from '../tamper/random.js';
import type { Compound } from './compound.js';
import { happenings, type Happening, HOUR, MINUTE, type Scene, SECOND } from './happenings.js';
import { Journal } from './journal.js';

export const DAYS = 30;
const DAY = 24 * HOUR;
export const MONTH_START = Date.parse('2026-06-01T00:00:00Z');

/** How often things happen in a compound and month, on average, and how busy its cameras are. */
export type Mix = Readonly<Record<Happening | 'passersADoorAndDay', number>>;

/** A month of a compound, or fewer days of one: everything at times of its own, so that much of it overlaps. */
export function monthOf(compound: Compound, mix: Mix, random: Random, days = DAYS): Journal {
  const journal = new Journal(compound);
  const scene = { compound, journal, random };
  for (const [what, happen] of Object.entries(happenings) as [Happening, (typeof happenings)[Happening]][]) {
    const times = poisson((mix[what] * days) / DAYS, random);
    for (let nth = 0; nth < times; nth += 1) happen(scene, MONTH_START + random.between(0, days * DAY));
  }
  passers(scene, mix.passersADoorAndDay, days);
  return journal;
}

/** People who come and go: nothing that anybody must know, at every hour but mostly by day. */
function passers({ compound, journal, random }: Scene, aDay: number, days: number): void {
  const cause = journal.cause('passers', false);
  for (const { camera } of compound.doors) {
    for (let day = 0; day < days; day += 1) {
      for (let nth = 0; nth < aDay; nth += 1) {
        const hour = random.chance(0.9) ? random.between(6, 23) : random.between(0, 24);
        const at = MONTH_START + day * DAY + hour * HOUR;
        journal.tell(cause, camera, random.chance(0.2) ? 'object.person' : 'motion.started', {
          at,
          lastsMs: 8 * SECOND,
        });
        if (random.chance(0.02)) journal.tell(cause, camera, 'behaviour.tailgating', { at, lastsMs: MINUTE });
      }
    }
  }
}

function poisson(mean: number, random: Random): number {
  let count = 0;
  for (let left = Math.exp(-mean), product = random.next(); product > left; product *= random.next()) count += 1;
  return count;
}
