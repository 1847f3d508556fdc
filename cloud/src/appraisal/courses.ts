import { AnGridError } from '@angrid/contract';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import type { Playbook } from '../playbooks/playbook.js';
import { bookFacts } from './ledger.js';

const MAX_ATTENDED = 10_000;

export const newCourseSchema = z.strictObject({
  playbook: z.string().max(48).optional(),
  unit: z.string().min(1).max(400),
  title: z.string().trim().min(2).max(80),
  heldOn: z.iso.date(),
  /** How many holders of each duty attended; there is no list of names. */
  attendance: z.record(z.string().max(48), z.int().min(1).max(MAX_ATTENDED)),
});
export type NewCourse = z.infer<typeof newCourseSchema>;

export interface Course {
  readonly id: string;
  readonly unit: string;
  readonly title: string;
  readonly heldOn: string;
  readonly attendance: Readonly<Record<string, number>>;
}

export interface Recording {
  readonly playbook: Playbook;
  readonly author: string;
  /** The day it was held on, as an instant. */
  readonly heldAt: Date;
  readonly now: Date;
}

/** Puts a course on record, with the point of its unit. Throws input.invalid. */
export async function recordCourse(trx: CloudTransaction, course: NewCourse, recording: Recording): Promise<string> {
  const { playbook, author, heldAt, now } = recording;
  await check(trx, course, recording);
  const id = uuid();
  const { unit, title, heldOn, attendance } = course;
  await trx
    .insertInto('training_courses')
    .values({
      ...{ course_id: id, unit_path: unit, title, held_on: heldOn, attendance: JSON.stringify(attendance) },
      ...{ playbook: `${playbook.id}@${playbook.version}`, author, recorded_at: now },
    })
    .execute();
  const subject = { kind: 'unit', unit } as const;
  const fact = {
    id: `course:${id}`,
    fact: 'training-held',
    subject,
    at: heldAt,
    compound: null,
    incident: null,
  } as const;
  await bookFacts(trx, [{ fact, playbook }], now);
  return id;
}

async function check(
  trx: CloudTransaction,
  { unit, attendance }: NewCourse,
  { playbook, heldAt, now }: Recording,
): Promise<void> {
  const fail = (detail: string): AnGridError => new AnGridError('input.invalid', { op: 'appraisal.course', detail });
  if (heldAt > now) throw fail('heldOn: not yet');
  const duties = Object.keys(attendance);
  if (duties.length === 0) throw fail('attendance: nobody');
  const unknown = duties.find((duty) => playbook.duties[duty] === undefined);
  if (unknown !== undefined) throw fail(`attendance: ${unknown} is no duty of ${playbook.id}`);
  const known = await trx.selectFrom('units').select('path').where('path', '=', unit).executeTakeFirst();
  if (!known) throw fail('unit');
}

export interface CourseSpan {
  /** Days, the last one included. */
  readonly from: string;
  readonly to: string;
}

const SHOWN = 1000;

/** Courses of the caller's units, the latest first. */
export async function coursesIn(
  trx: CloudTransaction,
  playbook: string,
  { from, to }: CourseSpan,
): Promise<readonly Course[]> {
  return trx
    .selectFrom('training_courses')
    .select(['course_id as id', 'unit_path as unit', 'title', 'held_on as heldOn', 'attendance'])
    .where('held_on', '>=', from)
    .where('held_on', '<=', to)
    .where('playbook', 'like', `${playbook}@%`)
    .orderBy('held_on', 'desc')
    .orderBy('course_id', 'desc')
    .limit(SHOWN)
    .execute();
}
