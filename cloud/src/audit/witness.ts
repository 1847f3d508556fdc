import { hostname } from 'node:os';
import type { Clock, Log, Secret } from '@angrid/runtime';
import { sql } from 'kysely';
import type { Outcome } from '../channels/channel.js';
import { sendWebhook, signerOf } from '../channels/webhook.js';
import type { CloudSettings } from '../config/settings.js';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { retryAfter } from '../dispatch/retry-schedule.js';
import { holdLock } from '../platform/database/index.js';
import type { AuditRoot } from './audit-root.js';

/** Who keeps the roots of the audit log, where the owner of the database does not reach. */
export interface Witness {
  readonly url: URL;
  readonly secret: Secret;
  /** By which name the witness knows this cloud. */
  readonly cloud: string;
}

export interface WitnessParts {
  readonly db: CloudDatabase;
  readonly clock: Pick<Clock, 'wall'>;
  readonly log: Log;
  readonly witness: Witness;
}

/** Undefined where none is set up. Throws config.invalid-value where the secret is no signing secret. */
export function witnessOf({ audit, listen }: CloudSettings): Witness | undefined {
  const { url, secret } = audit.witness;
  if (url === undefined || secret === undefined) return undefined;
  signerOf(secret);
  return { url, secret, cloud: listen.names[0] ?? hostname() };
}

/**
 * Reads the root of the audit log once a day (UTC) and posts it until it is taken. A later root contains the earlier
 * ones: of those only the latest is tried. What was read and each attempt are rows that the service cannot change.
 */
export async function tellWitness(parts: WitnessParts): Promise<void> {
  const now = new Date(parts.clock.wall());
  await readRoot(parts.db, now);
  await parts.db.service.transaction().execute(async (trx) => {
    await holdLock('audit root').execute(trx);
    const root = await untakenRoot(trx);
    if (root && isDue(root, now)) await post(trx, root, parts);
  });
}

/** In one statement, so that count and hash are of one moment. */
async function readRoot(db: CloudDatabase, now: Date): Promise<void> {
  const day = now.toISOString().slice(0, 'yyyy-mm-dd'.length);
  await sql`
    insert into audit_roots (day, rows, hash, read_at)
    select ${day}::date, count(*), (select hash from audit_log order by audit_id desc limit 1), ${now}
    from audit_log where not exists (select from audit_roots where day >= ${day}::date)
    having count(*) > 0
    on conflict do nothing`.execute(db.service);
}

interface UntakenRoot extends AuditRoot {
  readonly day: string;
  readonly readAt: Date;
  readonly attempts: number;
  readonly triedAt: Date | null;
}

/** The latest, where nobody has answered for it. */
async function untakenRoot(trx: CloudTransaction): Promise<UntakenRoot | undefined> {
  const { rows } = await sql<UntakenRoot & { settled: boolean }>`
    select r.day, r.rows, r.hash, r.read_at as "readAt", count(p.attempt)::integer as attempts,
      max(p.posted_at) as "triedAt", coalesce(bool_or(p.state <> 'refused'), false) as settled
    from (select * from audit_roots order by day desc limit 1) r left join audit_root_posts p on p.day = r.day
    group by r.day, r.rows, r.hash, r.read_at`.execute(trx);
  const [root] = rows;
  return root?.settled === false ? root : undefined;
}

function isDue({ attempts, triedAt }: UntakenRoot, now: Date): boolean {
  if (triedAt === null) return true;
  const pause = retryAfter(attempts);
  return pause !== undefined && triedAt.getTime() + pause <= now.getTime();
}

async function post(trx: CloudTransaction, root: UntakenRoot, { clock, log, witness }: WitnessParts): Promise<void> {
  const { day, rows, hash, readAt, attempts } = root;
  const { url, secret, cloud } = witness;
  const at = new Date(clock.wall());
  const content = { type: 'audit.root', timestamp: readAt, data: { cloud, day, rows, hash } };
  const outcome = await sendWebhook({ id: `audit-root-${day}-${hash}`, content }, { url, secrets: [secret] }, at);
  const reason = reasonOf(outcome);
  if (reason !== null) log.warn({ day, reason }, 'the root of the audit log was not taken');
  const { state, receipt } = outcome;
  await trx
    .insertInto('audit_root_posts')
    .values({
      day,
      attempt: attempts + 1,
      posted_at: at,
      state,
      reason,
      receipt: receipt ? JSON.stringify(receipt) : null,
    })
    .execute();
}

function reasonOf(outcome: Outcome): string | null {
  return outcome.state === 'delivered' ? null : outcome.reason;
}

export interface WitnessView {
  readonly isSet: boolean;
  /** The latest root that was taken, and when. */
  readonly taken: (AuditRoot & { readonly at: Date }) | null;
  /** Since then: what the witness said last. */
  readonly refused: { readonly at: Date; readonly reason: string } | null;
}

export async function viewWitness(db: CloudDatabase, isSet: boolean): Promise<WitnessView> {
  const { rows } = await sql<Omit<WitnessView, 'isSet'>>`
    with taken as (
      select r.day, json_build_object('rows', r.rows, 'hash', r.hash, 'at', p.posted_at) as root
      from audit_root_posts p join audit_roots r on r.day = p.day
      where p.state = 'delivered' order by r.day desc limit 1),
    refused as (
      select json_build_object('at', p.posted_at, 'reason', p.reason) as post
      from audit_root_posts p
      where p.state <> 'delivered' and p.day > coalesce((select day from taken), '-infinity')
      order by p.posted_at desc limit 1)
    select (select root from taken) as taken, (select post from refused) as refused`.execute(db.service);
  return { isSet, taken: rows[0]?.taken ?? null, refused: rows[0]?.refused ?? null };
}
