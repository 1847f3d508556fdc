import { AnGridError } from '@angrid/contract';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import type { Playbook } from '../playbooks/playbook.js';
import { addDays, localMoment } from '../rosters/local-time.js';
import { bookFacts } from './ledger.js';
import { type Period, periodAt } from './period.js';

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
  /** IANA zone in which periods begin. */
  readonly zone: string;
}

/**
 * Puts a course on record, with the point of its unit for each that the playbook asks for in a period. Throws
 * input.invalid, and subject.conflict where it is on record.
 */
export async function recordCourse(trx: CloudTransaction, course: NewCourse, recording: Recording): Promise<string> {
  const { playbook, author, now } = recording;
  await check(trx, course, recording);
  const id = uuid();
  const { unit, title, heldOn, attendance } = course;
  const { numInsertedOrUpdatedRows: written } = await trx
    .insertInto('training_courses')
    .values({
      ...{ course_id: id, unit_path: unit, title, held_on: heldOn, attendance: JSON.stringify(attendance) },
      ...{ playbook: `${playbook.id}@${playbook.version}`, author, recorded_at: now },
    })
    .onConflict((conflict) => conflict.columns(['unit_path', 'held_on', 'title']).doNothing())
    .executeTakeFirst();
  if (!written) throw new AnGridError('subject.conflict', { op: 'appraisal.course', subject: title });
  await bookCourse(trx, course, recording);
  return id;
}

/** The first, the second … of a period: courses beyond those that are asked for earn nothing. */
async function bookCourse(
  trx: CloudTransaction,
  { unit }: NewCourse,
  { playbook, heldAt, now, zone }: Recording,
): Promise<void> {
  const { training } = playbook;
  if (!training) return;
  const period = periodAt(training.period, heldAt, zone);
  const held = (await coursesIn(trx, playbook.id, daysOf(period, zone))).filter((course) => course.unit === unit);
  if (held.length > training.courses) return;
  const id = `course:${playbook.id}/${period.id}/${held.length}`;
  const fact = { id, fact: 'training-held', at: heldAt, compound: null, incident: null } as const;
  await bookFacts(trx, [{ fact: { ...fact, subject: { kind: 'unit', unit } }, playbook }], now);
}

/** Duties whose holders are to be trained: those that the playbook names, or all. */
export function traineesOf({ training, duties }: Playbook): readonly string[] {
  return training?.duties ?? Object.keys(duties);
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
  const trainees = traineesOf(playbook);
  const unknown = duties.find((duty) => !trainees.includes(duty));
  if (unknown !== undefined) throw fail(`attendance: ${unknown} is no duty that ${playbook.id} trains`);
  const known = await trx.selectFrom('units').select('path').where('path', '=', unit).executeTakeFirst();
  if (!known) throw fail('unit');
}

export interface CourseSpan {
  /** Days, the last one included. */
  readonly from: string;
  readonly to: string;
}

/** The days of a period as a place counts them. */
export function daysOf({ from, to }: Period, zone: string): CourseSpan {
  return { from: localMoment(from, zone).date, to: addDays(localMoment(to, zone).date, -1) };
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
