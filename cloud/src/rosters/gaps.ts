import { addDays, instantOf, localMoment, minutesOf } from './local-time.js';
import { onDuty, type Roster, rosterOf, type Span, spanOf } from './roster.js';
import { hoursAt } from './working-hours.js';

/** What a roster must cover: a duty at a unit, around the clock or in working hours. */
export interface Required {
  readonly duty: string;
  readonly unit: string;
  readonly cover: 'always' | 'working';
  readonly workingHours: readonly string[];
}

/**
 * When nobody is on duty who should be ("24 hours without a gap"), in order and as long as each goes on. Where no
 * roster is kept, all of it is one gap.
 */
export function gapsOf(roster: Roster, required: Required, { from, to }: Span): readonly Span[] {
  const edges = edgesOf(roster, required, { from, to });
  const gaps: { from: Date; to: Date }[] = [];
  for (const [index, begin] of edges.entries()) {
    const end = edges[index + 1];
    if (end === undefined || !isOpen(roster, required, begin)) continue;
    const last = gaps.at(-1);
    if (last?.to.getTime() === begin.getTime()) last.to = end;
    else gaps.push({ from: begin, to: end });
  }
  return gaps;
}

function isOpen(roster: Roster, { duty, unit, cover, workingHours }: Required, at: Date): boolean {
  if (cover === 'working' && hoursAt({ workingHours }, at, roster) === 'off') return false;
  return (onDuty(roster, duty, unit, at) ?? []).length === 0;
}

/** Every moment at which somebody's duty or a working hour begins or ends; between two of them nothing changes. */
function edgesOf(roster: Roster, { duty, unit, workingHours }: Required, { from, to }: Span): readonly Date[] {
  const { shifts, extra } = rosterOf(roster, duty, unit);
  const times = [from, to, ...[...extra, ...roster.away].flatMap((span) => [span.from, span.to])];
  const last = localMoment(to, roster.zone).date;
  for (let date = addDays(localMoment(from, roster.zone).date, -1); date <= last; date = addDays(date, 1)) {
    const hours = workingHours.flatMap(minutesOf).map((minute) => instantOf({ date, minute }, roster.zone));
    const spans = shifts.flatMap((shift) => spanOf(roster, shift, date) ?? []);
    times.push(instantOf({ date, minute: 0 }, roster.zone), ...hours, ...spans.flatMap((span) => [span.from, span.to]));
  }
  const within = times.map((time) => time.getTime()).filter((time) => time >= from.getTime() && time <= to.getTime());
  return [...new Set(within)].sort((a, b) => a - b).map((time) => new Date(time));
}
