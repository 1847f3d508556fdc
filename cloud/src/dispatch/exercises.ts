import { AnGridError, idSchema } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { requireReach } from '../linking/reach.js';
import { type Deciding, requireSpan } from './silences.js';

const MAX_DAYS = 3;

export const newExerciseSchema = z.object({
  compound: idSchema,
  name: z.string().trim().min(2).max(80),
  from: z.coerce.date().optional(),
  until: z.coerce.date(),
});

export interface ExerciseView {
  readonly id: string;
  readonly compound: { readonly id: string; readonly name: string };
  readonly name: string;
  readonly author: string;
  readonly from: Date;
  readonly until: Date;
  readonly members: number;
  /** Whether the reader has joined it. */
  readonly joined: boolean;
}

/** What runs, what will, and the latest that ran. */
export async function listExercises(trx: CloudTransaction, reader: string): Promise<readonly ExerciseView[]> {
  const { rows } = await sql<ExerciseView>`
    select e.exercise_id as id, json_build_object('id', c.compound_id, 'name', c.name) as compound, e.name,
      coalesce(a.label, '') as author, e.starts_at as from, e.ends_at as until,
      (select count(*)::integer from exercise_members m where m.exercise_id = e.exercise_id) as members,
      exists (select from exercise_members m where m.exercise_id = e.exercise_id and m.account_id::text = ${reader})
        as joined
    from exercises e join compounds c on c.compound_id = e.compound_id left join accounts a on a.account_id = e.author
    order by e.ends_at desc, e.exercise_id
    limit 100`.execute(trx);
  return rows;
}

/** Who opens it has joined it. Throws subject.not-found, auth.forbidden beyond the caller's units, and input.invalid. */
export async function openExercise(
  trx: CloudTransaction,
  wish: z.infer<typeof newExerciseSchema>,
  { actor, now }: Deciding,
): Promise<string> {
  await requireReach(trx, { compound: wish.compound }, { op: 'exercise.open', now });
  const from = wish.from ?? now;
  requireSpan({ from, until: wish.until, now }, MAX_DAYS, 'exercise.open');
  const id = uuid();
  const times = { created_at: now, starts_at: from, ends_at: wish.until };
  await trx
    .insertInto('exercises')
    .values({ exercise_id: id, compound_id: wish.compound, name: wish.name, author: actor, ...times })
    .execute();
  await joinExercise(trx, id, { actor, now });
  return id;
}

/** From now on its pushes are this person's, too. Throws subject.not-found where it is over. */
export async function joinExercise(trx: CloudTransaction, id: string, { actor, now }: Deciding): Promise<void> {
  const exercise = await trx
    .selectFrom('exercises')
    .select('compound_id')
    .where('exercise_id', '=', id)
    .where('ends_at', '>', now)
    .executeTakeFirst();
  if (!exercise) throw new AnGridError('subject.not-found', { op: 'exercise.join', subject: id });
  await trx
    .insertInto('exercise_members')
    .values({ exercise_id: id, compound_id: exercise.compound_id, account_id: actor, joined_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function leaveExercise(trx: CloudTransaction, id: string, { actor }: Deciding): Promise<void> {
  const { numDeletedRows } = await trx
    .deleteFrom('exercise_members')
    .where('exercise_id', '=', id)
    .where('account_id', '=', actor)
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw new AnGridError('subject.not-found', { op: 'exercise.leave', subject: id });
}

/** Ends it now. Throws subject.not-found, and auth.forbidden beyond the caller's units. */
export async function endExercise(trx: CloudTransaction, id: string, { now }: Deciding): Promise<void> {
  const exercise = await trx
    .selectFrom('exercises')
    .select('compound_id as compound')
    .where('exercise_id', '=', id)
    .where('ends_at', '>', now)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!exercise) throw new AnGridError('subject.not-found', { op: 'exercise.end', subject: id });
  await requireReach(trx, exercise, { op: 'exercise.end', now });
  await trx
    .updateTable('exercises')
    .set({ ends_at: sql<Date>`greatest(${now}, starts_at + interval '1 ms')` })
    .where('exercise_id', '=', id)
    .execute();
}
