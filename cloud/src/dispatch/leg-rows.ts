import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { pickTarget, type RoutableTarget } from '../channels/pick-target.js';
import type { CloudTransaction } from '../database.js';
import { send } from '../platform/database/index.js';
import { LEGS_CHANNEL } from './feed.js';
import { allows, isAnswered, type LegEvent, type LegProgress, queuedLeg, stepLeg } from './leg.js';
import type { Matter } from './matter.js';
import type { PlannedLeg } from './plan.js';

/** A push that is to be opened, with the incident whose it is. */
export interface NewLeg extends PlannedLeg {
  readonly matter: Matter;
}

/** Queues pushes, each once: what is there already stays as it is. One statement. */
export async function insertLegs(
  trx: CloudTransaction,
  legs: readonly NewLeg[],
  { now, targets }: { readonly now: Date; readonly targets: readonly RoutableTarget[] },
): Promise<void> {
  if (legs.length === 0) return;
  const rows = legs.map((leg) => rowOf(leg, targets, now));
  const column = <K extends keyof (typeof rows)[number]>(key: K): (typeof rows)[number][K][] =>
    rows.map((row) => row[key]);
  await send(trx)`
    with queued as (
    insert into legs (leg_id, incident_id, compound_id, unit_path, role, rung, to_kind, to_id, to_unit, open_to,
      accounts, channel, target_id, ladder, asks, due_at, answer_by, settle_at, state, queued_at, next_attempt_at)
    select n.leg, n.incident, n.compound, n.path, n.role, n.rung, n.to_kind, n.to_id, n.to_unit, n.open_to::text[],
      n.accounts::uuid[], n.channel, n.target, n.ladder, n.asks, n.due, n.due, n.settle, 'queued', ${now}, ${now}
    from unnest(${column('leg')}::uuid[], ${column('incident')}::uuid[], ${column('compound')}::text[],
      ${column('path')}::text[], ${column('role')}::text[], ${column('rung')}::smallint[], ${column('toKind')}::text[],
      ${column('toId')}::text[], ${column('toUnit')}::text[], ${column('openTo')}::text[],
      ${column('accounts')}::text[],
      ${column('channel')}::text[], ${column('target')}::uuid[], ${column('ladder')}::jsonb[],
      ${column('asks')}::boolean[], ${column('due')}::timestamptz[], ${column('settle')}::timestamptz[]
    ) as n (leg, incident, compound, path, role, rung, to_kind, to_id, to_unit, open_to, accounts, channel, target, ladder,
      asks, due, settle)
    on conflict do nothing)
    select pg_notify(${LEGS_CHANNEL}, '')`;
}

function rowOf({ matter, to, ladder, ...leg }: NewLeg, targets: readonly RoutableTarget[], now: Date) {
  const { dueAt, settleAt } = queuedLeg(leg, now);
  const { channel } = leg;
  const target = channel === 'console' ? undefined : pickTarget(targets, { channel, unitPath: to.unit, duty: to.id });
  return {
    leg: uuid(),
    incident: matter.incident,
    compound: matter.compound,
    path: matter.own.at(-1)?.path ?? null,
    role: leg.role,
    rung: leg.rung,
    toKind: to.kind,
    toId: to.id,
    toUnit: to.unit,
    openTo: `{${to.openTo.join(',')}}`,
    accounts: `{${leg.accounts.join(',')}}`,
    channel,
    target: target?.id ?? null,
    ladder: ladder === null ? null : JSON.stringify(ladder),
    asks: leg.asks,
    due: dueAt,
    settle: settleAt,
  };
}

/**
 * Holds the incidents of these legs until the end of the transaction. Whoever moves legs of an incident and may have to
 * wait for them takes the incident first, so that two never wait for each other.
 */
export async function holdIncidentsOf(trx: CloudTransaction, legs: readonly string[]): Promise<void> {
  await sql`
    select 1 from incidents
    where incident_id in (select incident_id from legs where leg_id = any (${[...legs]}::uuid[]))
    order by incident_id for no key update`.execute(trx);
}

/** What is different about an incident, for those who look at it. */
export interface MovedLeg {
  readonly leg: string;
  readonly incident: string;
}

interface ProgressRow extends Omit<LegProgress, 'at'> {
  readonly leg: string;
  readonly incident: string;
  readonly at: Record<string, string | null>;
}

/**
 * Takes one event to many legs: those whose state allows it move by `stepLeg`, the others stay as they are. Two
 * statements.
 */
export async function moveLegs(
  trx: CloudTransaction,
  legs: readonly string[],
  event: LegEvent,
  now: Date,
): Promise<readonly MovedLeg[]> {
  if (legs.length === 0) return [];
  const { rows } = await sql<ProgressRow>`
    select leg_id as leg, incident_id as incident, state, due_at as "dueAt", settle_at as "settleAt",
      next_attempt_at as "nextAttemptAt", account_id as by, coalesce(reason, last_error) as reason, receipt,
      '{}'::jsonb as at
    from legs where leg_id = any (${[...legs]}::uuid[]) order by leg_id for no key update`.execute(trx);
  const moving = rows.filter(({ state }) => allows(state, event.type));
  await writeProgress(
    trx,
    moving.map((row) => ({ leg: row.leg, progress: stepLeg({ ...row, at: {} }, event, now) })),
    event,
    now,
  );
  return moving.map(({ leg, incident }) => ({ leg, incident }));
}

interface Moved {
  readonly leg: string;
  readonly progress: LegProgress;
}

const failing: readonly LegEvent['type'][] = ['failed', 'refused'];

async function writeProgress(
  trx: CloudTransaction,
  moved: readonly Moved[],
  event: LegEvent,
  now: Date,
): Promise<void> {
  if (moved.length === 0) return;
  const column = <T>(value: (progress: LegProgress) => T): T[] => moved.map(({ progress }) => value(progress));
  const { type } = event;
  const mark = (...types: readonly LegEvent['type'][]): Date | null => (types.includes(type) ? now : null);
  const answered = type !== 'refused' && isAnswered(type);
  await send(trx)`
    update legs l set state = n.state, due_at = n.due, next_attempt_at = n.next, account_id = n.by,
      receipt = n.receipt, reason = ${failing.includes(type) ? sql`l.reason` : sql`n.reason`},
      last_error = ${failing.includes(type) ? sql`n.reason` : answered ? sql`l.last_error` : sql`null`},
      sent_at = coalesce(l.sent_at, ${mark('sent', 'delivered', 'read')}),
      delivered_at = coalesce(l.delivered_at, ${mark('delivered', 'read')}, ${answered ? now : null}),
      read_at = coalesce(l.read_at, ${mark('read')}),
      acknowledged_at = coalesce(l.acknowledged_at, ${answered ? now : null}),
      accepted_at = coalesce(${mark('accepted')}, l.accepted_at),
      timed_out_at = coalesce(l.timed_out_at, ${mark('timed-out')}),
      ended_at = coalesce(${mark('resolved', 'returned', 'handed-over', 'failed', 'withdrawn')}, l.ended_at)
    from unnest(${moved.map(({ leg }) => leg)}::uuid[], ${column(({ state }) => state)}::text[],
      ${column(({ dueAt }) => dueAt)}::timestamptz[], ${column(({ nextAttemptAt }) => nextAttemptAt)}::timestamptz[],
      ${column(({ by }) => by)}::uuid[], ${column(({ reason }) => reason)}::text[],
      ${column(({ receipt }) => (receipt === null ? null : JSON.stringify(receipt)))}::jsonb[]
    ) as n (leg, state, due, next, by, reason, receipt)
    where l.leg_id = n.leg`;
}

/** These timers have nothing left to say. */
export async function quietLegs(trx: CloudTransaction, legs: readonly string[]): Promise<void> {
  if (legs.length === 0) return;
  await trx
    .updateTable('legs')
    .set({ due_at: null })
    .where('leg_id', 'in', [...legs])
    .execute();
}

/** One who could decide has looked: no further rung is asked. */
export async function stopAsking(trx: CloudTransaction, incident: string): Promise<void> {
  await trx
    .updateTable('legs')
    .set({ due_at: null })
    .where('incident_id', '=', incident)
    .where('asks', '=', true)
    .where('due_at', 'is not', null)
    .execute();
}
