import { AnGridError, eventKinds, type EventKind, hoursSchema, idSchema, kindDefinition } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { requireReach } from '../linking/reach.js';
import { reasonText } from '../reports/free-text.js';

const DAY_MS = 86_400_000;
const MOST_DAYS = 90;

export const newQuietRuleSchema = z.object({
  compound: idSchema,
  kinds: z.array(z.enum(eventKinds)).min(1).max(20),
  device: idSchema.nullable().default(null),
  place: idSchema.nullable().default(null),
  hours: hoursSchema.nullable().default(null),
  reason: reasonText(500),
  days: z.number().int().min(1).max(MOST_DAYS),
});
export type NewQuietRule = z.infer<typeof newQuietRuleSchema>;

export interface QuietRuleView {
  readonly id: string;
  readonly compound: string;
  readonly kinds: readonly EventKind[];
  readonly device: { readonly id: string; readonly name: string } | null;
  readonly place: { readonly id: string; readonly name: string } | null;
  readonly hours: string | null;
  readonly reason: string;
  readonly author: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  /** Alerts that opened nothing by it. */
  readonly silenced: number;
}

/** Those that hold, and those that ended in the last month. */
export async function listQuietRules(trx: CloudTransaction, now: Date): Promise<readonly QuietRuleView[]> {
  const { rows } = await sql<QuietRuleView>`
    select q.quiet_id as id, q.compound_id as compound, q.kinds, q.hours, q.reason, coalesce(a.label, q.author) as author,
      q.created_at as "createdAt", q.expires_at as "expiresAt", q.ended_at as "endedAt",
      case when q.device_id is null then null
        else json_build_object('id', q.device_id, 'name', coalesce(d.name, q.device_id)) end as device,
      case when q.place_id is null then null
        else json_build_object('id', q.place_id, 'name', coalesce(p.name, q.place_id)) end as place,
      (select count(*) from alerts s where s.compound_id = q.compound_id and s.kind = any (q.kinds)
        and s.started_at >= q.created_at and s.set_aside = 'quiet:' || q.quiet_id) as silenced
    from quiet_rules q
    left join accounts a on a.account_id::text = q.author
    left join devices d on d.compound_id = q.compound_id and d.device_id = q.device_id
    left join places p on p.compound_id = q.compound_id and p.place_id = q.place_id
    where coalesce(q.ended_at, q.expires_at) > ${new Date(now.getTime() - 30 * DAY_MS)}
    order by q.created_at desc limit 200`.execute(trx);
  return rows;
}

interface Asking {
  readonly author: string;
  readonly now: Date;
}

/**
 * Throws input.invalid for what is nobody's to silence, subject.not-found for a compound out of scope, and auth.forbidden
 * beyond the caller's units.
 */
export async function createQuietRule(
  trx: CloudTransaction,
  { compound, kinds, device, place, hours, reason, days }: NewQuietRule,
  { author, now }: Asking,
): Promise<string> {
  const loud = kinds.filter((kind) => kindDefinition(kind).severity === 1 || kindDefinition(kind).silent === true);
  const fault = loud.length > 0 ? `cannot be silenced: ${loud.join(', ')}` : placeFault(device, place);
  if (fault !== undefined) throw new AnGridError('input.invalid', { op: 'quiet-rule.create', detail: fault });
  await requireReach(trx, { compound, device, place }, { op: 'quiet-rule.create', now });
  const id = uuid();
  await trx
    .insertInto('quiet_rules')
    .values({
      quiet_id: id,
      compound_id: compound,
      kinds,
      device_id: device,
      place_id: place,
      hours,
      reason,
      author,
      created_at: now,
      expires_at: new Date(now.getTime() + days * DAY_MS),
    })
    .execute();
  return id;
}

function placeFault(device: string | null, place: string | null): string | undefined {
  if ((device === null) === (place === null)) return 'a device or a place';
  return undefined;
}

/** Throws subject.not-found where none such holds, and auth.forbidden beyond the caller's units. */
export async function endQuietRule(trx: CloudTransaction, id: string, now: Date): Promise<void> {
  const rule = await trx
    .selectFrom('quiet_rules')
    .select(['compound_id as compound', 'device_id as device', 'place_id as place'])
    .where('quiet_id', '=', id)
    .where('ended_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!rule) throw new AnGridError('subject.not-found', { op: 'quiet-rule.end', subject: id });
  await requireReach(trx, rule, { op: 'quiet-rule.end', now });
  await trx.updateTable('quiet_rules').set({ ended_at: now }).where('quiet_id', '=', id).execute();
}

export interface QuietProposal {
  readonly compound: string;
  readonly device: { readonly id: string; readonly name: string };
  readonly kind: EventKind;
  /** False alarms of the device and kind in the last fortnight, and what was confirmed of it. */
  readonly falseAlarms: number;
  readonly lastAt: Date;
  /** What people wrote when they marked them. */
  readonly notes: readonly string[];
  readonly days: number;
}

const FORTNIGHT_MS = 14 * DAY_MS;
const ENOUGH = 2;
const PROPOSED_DAYS = 7;

/**
 * What false-alarm marks propose: a device and kind that was marked twice in a fortnight and was never confirmed, for a
 * week. Nothing that cannot be silenced, and nothing that is silent already.
 */
export async function proposeQuietRules(trx: CloudTransaction, now: Date): Promise<readonly QuietProposal[]> {
  const since = new Date(now.getTime() - FORTNIGHT_MS);
  const { rows } = await sql<QuietProposal>`
    select a.compound_id as compound, a.kind, ${PROPOSED_DAYS}::integer as days,
      json_build_object('id', a.device_id, 'name', coalesce(max(d.name), a.device_id)) as device,
      count(distinct i.incident_id) filter (where i.false_alarm) as "falseAlarms",
      max(i.opened_at) as "lastAt",
      coalesce(array_agg(distinct l.note) filter (where l.note is not null), '{}') as notes
    from incidents i
    join alerts a on a.incident_id = i.incident_id and a.kind = i.kind and a.standing = 'alert'
    left join devices d on d.compound_id = a.compound_id and d.device_id = a.device_id
    left join incident_log l on l.incident_id = i.incident_id and l.action = 'false-alarm'
    where i.opened_at >= ${since} and not i.restricted and not i.exercise and a.severity > 1
    group by a.compound_id, a.device_id, a.kind
    having count(distinct i.incident_id) filter (where i.false_alarm) >= ${ENOUGH}
      and count(*) filter (where i.confirmed_by is not null) = 0
      and not exists (select 1 from quiet_rules q where q.compound_id = a.compound_id and q.device_id = a.device_id
        and a.kind = any (q.kinds) and q.ended_at is null and q.expires_at > ${now})
    order by 5 desc limit 50`.execute(trx);
  return rows;
}
