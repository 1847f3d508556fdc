import { AnGridError } from '@angrid/contract';
import { Secret } from '@angrid/runtime';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { parseAddress, shownAddress } from './address.js';
import { channelKinds, type Target } from './channel.js';
import type { SealingBox } from './sealing.js';
import { signerOf } from './webhook.js';

const secretsSchema = z.array(z.string().min(1).max(200)).max(2);

export const newTargetSchema = z.object({
  channel: z.enum(channelKinds),
  name: z.string().trim().min(1).max(80),
  locale: z.enum(['zh-CN', 'en']).default('zh-CN'),
  /** The legs of this unit and below; null: of every unit. */
  unitPath: z.string().min(1).max(400).nullable().default(null),
  duty: z.string().min(1).max(64).nullable().default(null),
  address: z.string().trim().min(3).max(500),
  /** The newest first: two while a secret is changed. */
  secrets: secretsSchema.default([]),
});
export type NewTarget = z.infer<typeof newTargetSchema>;

/** What is not given stays as it is; a secret is never read back. */
export const targetChangesSchema = z.object({
  name: newTargetSchema.shape.name.optional(),
  locale: z.enum(['zh-CN', 'en']).optional(),
  unitPath: newTargetSchema.shape.unitPath.unwrap().optional(),
  duty: newTargetSchema.shape.duty.unwrap().optional(),
  address: newTargetSchema.shape.address.optional(),
  secrets: secretsSchema.optional(),
});
export type TargetChanges = z.infer<typeof targetChangesSchema>;

export interface TargetView {
  readonly id: string;
  readonly channel: Target['channel'];
  readonly name: string;
  readonly locale: Target['locale'];
  readonly unitPath: string | null;
  readonly duty: string | null;
  /** Host and last characters of the address. */
  readonly shown: string;
  readonly disabledAt: Date | null;
  readonly goneAt: Date | null;
  readonly blockedUntil: Date | null;
  readonly last: { readonly state: string; readonly reason: string | null; readonly at: Date } | null;
  /** Pushes that wait for it. */
  readonly waiting: number;
}

export interface TargetKeeping {
  readonly db: CloudDatabase;
  readonly box: SealingBox;
  readonly hosts: readonly string[];
}

export async function listTargets(trx: CloudTransaction): Promise<readonly TargetView[]> {
  const { rows } = await sql<TargetView>`
    select t.target_id as id, channel, name, locale, unit_path as "unitPath", duty, shown, disabled_at as "disabledAt",
      gone_at as "goneAt", blocked_until as "blockedUntil",
      case when last_state is not null then json_build_object('state', last_state, 'reason', last_reason, 'at', last_at) end as last,
      (select count(*)::integer from legs l where l.target_id = t.target_id and l.state = 'queued') as waiting
    from channel_targets t
    order by disabled_at is not null, name
    limit 1000`.execute(trx);
  return rows;
}

/** The id. Throws channel.address-refused, config.invalid-value, subject.conflict and input.invalid. */
export async function createTarget({ db, box, hosts }: TargetKeeping, facts: NewTarget, now: Date): Promise<string> {
  const id = uuid();
  const { channel, name, locale, unitPath, duty } = facts;
  const kept = keep(facts, { id, box, hosts });
  await requireUnit(db, unitPath);
  const written = await db.service
    .insertInto('channel_targets')
    .values({ target_id: id, channel, name, locale, unit_path: unitPath, duty, ...kept, created_at: now })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst();
  if ((written.numInsertedOrUpdatedRows ?? 0n) === 0n) throw nameTaken(name);
  return id;
}

/** A target that was gone is tried again once its address or secret is another. Throws as createTarget does. */
export async function changeTarget(keeping: TargetKeeping, id: string, changes: TargetChanges): Promise<void> {
  const { db, box, hosts } = keeping;
  const { name, locale, unitPath, duty } = changes;
  if (unitPath !== undefined) await requireUnit(db, unitPath);
  await db.service.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('channel_targets')
      .select(['target_id', 'channel', 'sealed'])
      .where('target_id', '=', id)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!row) throw notFound(id);
    const anew = changes.address !== undefined || changes.secrets !== undefined;
    const facts = anew ? { ...opened(box, row.target_id, row.sealed), ...defined(changes) } : undefined;
    await trx
      .updateTable('channel_targets')
      .set({
        ...(name === undefined ? {} : { name }),
        ...(locale === undefined ? {} : { locale }),
        ...(unitPath === undefined ? {} : { unit_path: unitPath }),
        ...(duty === undefined ? {} : { duty }),
        ...(facts === undefined
          ? {}
          : { ...keep({ channel: row.channel, ...facts }, { id, box, hosts }), gone_at: null, blocked_until: null }),
      })
      .where('target_id', '=', id)
      .execute();
  });
}

/** Off: nothing is sent to it. On again also forgets that it was gone. Throws subject.not-found. */
export async function switchTarget(db: CloudDatabase, id: string, disabledAt: Date | null): Promise<void> {
  const on = disabledAt === null ? { gone_at: null } : {};
  const { numUpdatedRows } = await db.service
    .updateTable('channel_targets')
    .set({ disabled_at: disabledAt, ...on })
    .where('target_id', '=', id)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw notFound(id);
}

interface Sealed {
  readonly target_id: string;
  readonly channel: Target['channel'];
  readonly name: string;
  readonly locale: Target['locale'];
  readonly sealed: Buffer;
}

/** The target with its secrets. Throws channel.sealed-elsewhere. */
export function openTarget(box: SealingBox, { target_id: id, channel, name, locale, sealed }: Sealed): Target {
  const { address, secrets } = opened(box, id, sealed);
  return {
    ...{ id, channel, name, locale, address: new Secret(address) },
    secrets: secrets.map((secret) => new Secret(secret)),
  };
}

const contentSchema = z.object({ address: z.string(), secrets: z.array(z.string()) });
type Content = z.infer<typeof contentSchema>;

function opened(box: SealingBox, id: string, sealed: Buffer): Content {
  return contentSchema.parse(JSON.parse(box.open(sealed, id)));
}

interface Keeping {
  readonly id: string;
  readonly box: SealingBox;
  readonly hosts: readonly string[];
}

function keep(
  { channel, address, secrets }: Content & { readonly channel: Target['channel'] },
  { id, box, hosts }: Keeping,
): { shown: string; sealed: Buffer } {
  const url = parseAddress(channel, address, hosts);
  if (channel === 'webhook') {
    if (secrets.length === 0) throw refusedSecret('a webhook needs a signing secret (whsec_…)');
    for (const secret of secrets) signerOf(new Secret(secret));
  }
  return { shown: shownAddress(url), sealed: box.seal(JSON.stringify({ address: url.href, secrets }), id) };
}

function defined({ address, secrets }: TargetChanges): Partial<Content> {
  return { ...(address === undefined ? {} : { address }), ...(secrets === undefined ? {} : { secrets }) };
}

async function requireUnit(db: CloudDatabase, path: string | null): Promise<void> {
  if (path === null) return;
  const unit = await db.service.selectFrom('units').select('unit_id').where('path', '=', path).executeTakeFirst();
  if (!unit) throw new AnGridError('input.invalid', { op: 'channel.target', detail: `unitPath: ${path}` });
}

function refusedSecret(detail: string): AnGridError {
  return new AnGridError('input.invalid', { op: 'channel.target', detail });
}

function nameTaken(name: string): AnGridError {
  return new AnGridError('subject.conflict', { op: 'channel.target', subject: name, detail: 'the name is taken' });
}

function notFound(id: string): AnGridError {
  return new AnGridError('subject.not-found', { op: 'channel.target', subject: id });
}
