import { AnGridError, eventKinds, idSchema } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { requireReach } from '../linking/reach.js';
import { reasonText } from '../reports/free-text.js';

const MAX_DAYS = 31;

export const newSilenceSchema = z.object({
  compound: idSchema,
  /** maintenance: work is done there, and is shown as that. */
  kind: z.enum(['silence', 'maintenance']),
  unit: z.string().min(1).max(400).nullable().default(null),
  device: idSchema.nullable().default(null),
  event: z.enum(eventKinds).nullable().default(null),
  reason: reasonText(200),
  from: z.coerce.date().optional(),
  until: z.coerce.date(),
});
export type NewSilence = z.infer<typeof newSilenceSchema>;

export interface SilenceView {
  readonly id: string;
  readonly kind: 'silence' | 'maintenance';
  readonly compound: { readonly id: string; readonly name: string };
  readonly unit: string | null;
  readonly device: string | null;
  readonly event: string | null;
  readonly reason: string;
  /** Label of the account. */
  readonly author: string;
  readonly from: Date;
  readonly until: Date;
  /** Incidents that it holds back now. */
  readonly holds: number;
}

export interface Deciding {
  readonly actor: string;
  readonly now: Date;
}

/** What holds, what will, and the latest that held. */
export async function listSilences(trx: CloudTransaction): Promise<readonly SilenceView[]> {
  const { rows } = await sql<SilenceView>`
    select s.silence_id as id, s.kind, json_build_object('id', c.compound_id, 'name', c.name) as compound,
      s.unit_path as unit, s.device_id as device, s.event_kind as event, s.reason, coalesce(a.label, '') as author,
      s.starts_at as from, s.ends_at as until,
      (select count(*)::integer from incidents i join incident_log l on l.incident_id = i.incident_id
        where i.compound_id = s.compound_id and i.silenced_until is not null and l.action = 'silenced'
          and l.detail ->> 'silence' = s.silence_id::text) as holds
    from silences s join compounds c on c.compound_id = s.compound_id left join accounts a on a.account_id = s.author
    order by s.ends_at desc, s.silence_id
    limit 200`.execute(trx);
  return rows;
}

/**
 * The id. Throws subject.not-found for a compound out of scope, auth.forbidden for what is beyond the caller's units, and
 * input.invalid for an end that is none.
 */
export async function addSilence(trx: CloudTransaction, wish: NewSilence, { actor, now }: Deciding): Promise<string> {
  await requireReach(trx, wish, { op: 'silence.add', now });
  const from = wish.from ?? now;
  requireSpan({ from, until: wish.until, now }, MAX_DAYS, 'silence.add');
  const id = uuid();
  await trx
    .insertInto('silences')
    .values({
      silence_id: id,
      compound_id: wish.compound,
      kind: wish.kind,
      unit_path: wish.unit,
      device_id: wish.device,
      event_kind: wish.event,
      reason: wish.reason,
      author: actor,
      created_at: now,
      starts_at: from,
      ends_at: wish.until,
    })
    .execute();
  return id;
}

/** Ends it now; what it has held back is pushed with the next look at the timers. Throws as `addSilence` does. */
export async function endSilence(trx: CloudTransaction, id: string, { actor, now }: Deciding): Promise<void> {
  const silence = await trx
    .selectFrom('silences')
    .select(['compound_id as compound', 'unit_path as unit', 'device_id as device'])
    .where('silence_id', '=', id)
    .where('ends_at', '>', now)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!silence) throw new AnGridError('subject.not-found', { op: 'silence.end', subject: id });
  await requireReach(trx, silence, { op: 'silence.end', now });
  await trx
    .updateTable('silences')
    .set({ ends_at: sql<Date>`greatest(${now}, starts_at + interval '1 ms')`, ended_by: actor })
    .where('silence_id', '=', id)
    .execute();
  await trx
    .updateTable('incidents')
    .set({ silenced_until: now })
    .where('compound_id', '=', silence.compound)
    .where('silenced_until', '>', now)
    .execute();
}

interface Span {
  readonly from: Date;
  readonly until: Date;
  readonly now: Date;
}

/** Throws input.invalid. */
export function requireSpan({ from, until, now }: Span, maxDays: number, op: string): void {
  const days = (until.getTime() - from.getTime()) / 86_400_000;
  if (days > 0 && days <= maxDays && until > now) return;
  const detail = `until: later than now and than from, by at most ${maxDays} days`;
  throw new AnGridError('input.invalid', { op, detail });
}
