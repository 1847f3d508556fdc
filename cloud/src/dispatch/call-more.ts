import { AnGridError } from '@angrid/contract';
import type { IncidentAction } from '../correlation/incident-states.js';
import type { CloudTransaction } from '../database.js';
import { classify } from '../playbooks/classify.js';
import type { Playbook } from '../playbooks/playbook.js';
import type { Target } from '../playbooks/routing.js';
import { RECTIFICATION } from './answer-legs.js';
import { circumstancesOf, type Governed } from './circumstances.js';
import { openLegs } from './dispatch.js';
import { loadMatters } from './load-matters.js';
import type { Matter } from './matter.js';
import { ladderFrom, ladderOf, type Opening, openRung } from './plan.js';
import { mayReach, type Recipient, recipientsOf, wholeUnit } from './recipients.js';

/** Whom a person calls besides those of the playbook's routes. */
export interface MoreCalls {
  /** Whom it is handed over to, or assigned to. */
  readonly to?: Target | undefined;
  /** Paths of the units that are consulted, besides those of the playbook; or of the one that is to put something right. */
  readonly units?: readonly string[] | undefined;
  /** Until when it is to be put right. */
  readonly deadline?: Date | undefined;
}

interface Wish extends MoreCalls {
  readonly incident: string;
  readonly action: IncidentAction;
}

/**
 * The legs that a person's action opens: whom it is handed over or assigned to, the units that are called together
 * (会商), the unit that is set a deadline (限期整改). Throws incident.wrong-state where none of them may be called, as
 * before a confirmation, and input.invalid where nobody is named.
 */
export async function callMore(trx: CloudTransaction, wish: Wish, governed: Governed): Promise<void> {
  const { now } = governed;
  if (roleOf(wish) === undefined) return;
  const [matter] = await loadMatters(trx, [wish.incident]);
  if (!matter) throw new AnGridError('subject.not-found', { op: 'incident.act', subject: wish.incident });
  const { playbookOf, onDuty } = await circumstancesOf(trx, [matter], governed);
  const playbook = playbookOf(matter);
  await requireUnits(trx, wish);
  const calls = callsOf(wish, playbook, matter, now);
  if (!calls) return;
  if (calls.to.length === 0) throw new AnGridError('input.invalid', { op: 'incident.act', detail: 'nobody is named' });
  if (!calls.to.some((each) => mayReach(matter, each))) {
    throw new AnGridError('incident.wrong-state', {
      op: 'incident.act',
      subject: wish.incident,
      detail: 'unconfirmed',
    });
  }
  const rung = await nextRung(trx, wish.incident, calls.role);
  const legs = openRung({ ...calls, rung, ladder: ladderFrom(calls.ladder, rung) }, matter, onDuty);
  await openLegs(
    trx,
    legs.map((leg) => ({ ...leg, matter })),
    now,
  );
}

/** The pushes of a wish, as they are opened on the next free rung of their role; undefined where it calls nobody. */
export function callsOf(
  wish: Omit<Wish, 'incident'>,
  playbook: Playbook,
  matter: Matter,
  now: Date,
): Omit<Opening, 'rung'> | undefined {
  const role = roleOf(wish);
  if (role === undefined) return undefined;
  const to = calledBy(wish, playbook, matter);
  const channels = ['console'] as const;
  const follows = role === HANDED_OVER ? playbook.handOver?.ladder : undefined;
  const ladder = ladderOf(playbook, { ladder: follows, channels }, matter, classify(playbook, matter));
  return { role, to, channels, ladder, ...timersOf(wish, playbook, now) };
}

/** The role of the push to whom a matter is handed over, or assigned. */
const HANDED_OVER = 'handed-over';

function roleOf({ action, to }: Omit<Wish, 'incident'>): string | undefined {
  if (action === 'consult') return 'consultation';
  if (action === 'rectify') return RECTIFICATION;
  if ((action === 'hand-over' || action === 'assign') && to !== undefined) return HANDED_OVER;
  return undefined;
}

function calledBy(wish: Omit<Wish, 'incident'>, playbook: Playbook, matter: Matter): readonly Recipient[] {
  const named = (wish.units ?? []).map(wholeUnit);
  if (wish.action === 'rectify') return named.slice(0, 1);
  const targets = wish.action === 'consult' ? (playbook.consultation?.calls ?? []) : wish.to ? [wish.to] : [];
  return [...targets.flatMap((to) => recipientsOf(playbook, to, matter, undefined)), ...named];
}

function timersOf(
  { action, deadline }: Omit<Wish, 'incident'>,
  playbook: Playbook,
  now: Date,
): Pick<Opening, 'within' | 'settle'> {
  if (action === 'consult') return { within: playbook.consultation?.within };
  if (action !== 'rectify') return { within: playbook.handOver?.within };
  const settle = deadline === undefined ? playbook.rectification?.within : deadline.getTime() - now.getTime();
  if (settle !== undefined && settle > 0) return { settle };
  throw new AnGridError('input.invalid', { op: 'incident.act', detail: 'deadline' });
}

async function requireUnits(trx: CloudTransaction, { units = [] }: Wish): Promise<void> {
  if (units.length === 0) return;
  const known = await trx
    .selectFrom('units')
    .select('path')
    .where('path', 'in', [...units])
    .execute();
  const unknown = units.filter((path) => !known.some((unit) => unit.path === path));
  if (unknown.length > 0)
    throw new AnGridError('input.invalid', { op: 'incident.act', detail: `units: ${unknown[0]}` });
}

/** Each call is a push of its own. */
export async function nextRung(trx: CloudTransaction, incident: string, role: string): Promise<number> {
  const row = await trx
    .selectFrom('legs')
    .select(({ fn }) => fn.max('rung').as('last'))
    .where('incident_id', '=', incident)
    .where('role', '=', role)
    .executeTakeFirst();
  return row?.last === null || row === undefined ? 0 : row.last + 1;
}
