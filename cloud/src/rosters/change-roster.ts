import { AnGridError, dayKindSchema, hoursSchema } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { reasonText } from '../reports/free-text.js';
import type { Scope } from '../platform/database/index.js';

const pathSchema = z.string().min(1).max(400);
const keySchema = z.string().min(1).max(48);
const reasonSchema = reasonText(200);
const spanFields = { from: z.iso.datetime({ offset: true }), to: z.iso.datetime({ offset: true }) };

export const newShiftSchema = z
  .object({
    unit: pathSchema,
    duty: keySchema,
    account: z.guid(),
    days: z.array(dayKindSchema).min(1).max(8),
    hours: hoursSchema,
    from: z.iso.date(),
    to: z.iso.date().nullable().default(null),
  })
  .refine(({ from, to }) => to === null || to >= from, { path: ['to'], message: 'not before from' });
type NewShift = z.infer<typeof newShiftSchema>;

const inOrder = ({ from, to }: { readonly from: string; readonly to: string }): boolean =>
  new Date(from) < new Date(to);

export const newChangeSchema = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('away'),
      account: z.guid(),
      standIn: z.guid().nullable(),
      reason: reasonSchema,
      ...spanFields,
    })
    .refine(inOrder, { path: ['to'], message: 'after from' })
    .refine(({ account, standIn }) => account !== standIn, { path: ['standIn'], message: 'another account' }),
  z
    .object({
      kind: z.literal('extra'),
      account: z.guid(),
      unit: pathSchema,
      duty: keySchema,
      reason: reasonSchema,
      ...spanFields,
    })
    .refine(inOrder, { path: ['to'], message: 'after from' }),
]);
type NewChange = z.infer<typeof newChangeSchema>;

export type Units = Scope['units'];

/** Throws auth.forbidden for a unit that is not among the caller's, and input.invalid for an account that is not there. */
export async function addShift(trx: CloudTransaction, shift: NewShift, units: Units): Promise<string> {
  refuseForeign(units, shift.unit);
  await refuseUnknown(trx, [shift.account]);
  const id = uuid();
  const { unit, duty, account, days, hours, from, to } = shift;
  const of = { shift_id: id, unit_path: unit, duty, account_id: account };
  await trx
    .insertInto('roster_shifts')
    .values({ ...of, days: [...new Set(days)], hours, from_date: from, to_date: to })
    .execute();
  return id;
}

/** Throws subject.not-found, also for a shift of a unit that is not the caller's. */
export async function removeShift(trx: CloudTransaction, id: string, units: Units): Promise<void> {
  const row = await trx.selectFrom('roster_shifts').select('unit_path').where('shift_id', '=', id).executeTakeFirst();
  if (!row || !isWithin(units, row.unit_path))
    throw new AnGridError('subject.not-found', { op: 'roster.remove', subject: id });
  await trx.deleteFrom('roster_shifts').where('shift_id', '=', id).execute();
}

export async function addChange(
  trx: CloudTransaction,
  change: NewChange,
  { units, author }: { readonly units: Units; readonly author: string },
): Promise<string> {
  const extra =
    change.kind === 'extra' ? { unit_path: change.unit, duty: change.duty } : { unit_path: null, duty: null };
  const standIn = change.kind === 'away' ? change.standIn : null;
  if (extra.unit_path !== null) refuseForeign(units, extra.unit_path);
  await refuseUnknown(trx, standIn === null ? [change.account] : [change.account, standIn]);
  await refuseForeignAccount(trx, change.account, units);
  const id = uuid();
  const { kind, account, reason, from, to } = change;
  const who = { account_id: account, stand_in_id: standIn, ...extra };
  await trx
    .insertInto('roster_changes')
    .values({ change_id: id, kind, ...who, reason, author, starts_at: from, ends_at: to })
    .execute();
  return id;
}

/** Throws subject.not-found. */
export async function removeChange(trx: CloudTransaction, id: string, units: Units): Promise<void> {
  const row = await trx
    .selectFrom('roster_changes')
    .select('account_id')
    .where('change_id', '=', id)
    .executeTakeFirst();
  if (!row) throw new AnGridError('subject.not-found', { op: 'roster.remove', subject: id });
  await refuseForeignAccount(trx, row.account_id, units);
  await trx.deleteFrom('roster_changes').where('change_id', '=', id).execute();
}

/** The unit or one above it is the caller's. */
export function isWithin(units: Units, path: string): boolean {
  return units === 'all' || units.some((own) => `${path}/`.startsWith(`${own}/`));
}

export function refuseForeign(units: Units, path: string): void {
  if (isWithin(units, path)) return;
  throw new AnGridError('auth.forbidden', { op: 'roster.change', subject: path });
}

async function refuseUnknown(trx: CloudTransaction, accounts: readonly string[]): Promise<void> {
  const rows = await trx
    .selectFrom('accounts')
    .select('account_id')
    .where('account_id', 'in', [...accounts])
    .where('disabled_at', 'is', null)
    .execute();
  if (rows.length === accounts.length) return;
  throw new AnGridError('input.invalid', { op: 'roster.change', detail: 'account: not there, or switched off' });
}

/** An account's absence is a matter of those in whose units it has shifts or works. */
async function refuseForeignAccount(trx: CloudTransaction, account: string, units: Units): Promise<void> {
  if (units === 'all') return;
  const { rows } = await sql<{ path: string }>`
    select unit_path as path from roster_shifts where account_id = ${account}
    union select unnest(unit_paths) from accounts where account_id = ${account}`.execute(trx);
  if (rows.some(({ path }) => isWithin(units, path))) return;
  throw new AnGridError('auth.forbidden', { op: 'roster.change', subject: account });
}
