import { sql } from 'kysely';
import { newToken, tokenHash } from '../accounts/token.js';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';

export interface LinkMaking {
  readonly publicUrl: URL;
  readonly lifeMs: number;
}

/**
 * A fresh link for each of the legs, in the transaction of the sending. A push that is no leg's, and a leg that is
 * answered to its end, get none.
 */
export async function makeLegLinks(
  trx: CloudTransaction,
  target: string,
  legs: readonly string[],
  { publicUrl, lifeMs, now }: LinkMaking & { readonly now: Date },
): Promise<ReadonlyMap<string, string>> {
  const tokens = new Map(legs.map((leg) => [leg, newToken()]));
  const hashes = [...tokens.values()].map(tokenHash);
  const { rows } = await sql<{ leg: string }>`
    insert into leg_links (link_hash, leg_id, compound_id, target_id, created_at, expires_at)
    select n.hash, l.leg_id, l.compound_id, ${target}, ${now}, ${new Date(now.getTime() + lifeMs)}
    from unnest(${hashes}::text[], ${[...tokens.keys()]}::uuid[]) as n (hash, leg)
    join legs l on l.leg_id = n.leg
    join incidents i on i.incident_id = l.incident_id
    where i.state <> 'closed' and not i.restricted
    returning leg_id as leg`.execute(trx);
  return new Map(rows.map(({ leg }) => [leg, linkTo(publicUrl, tokens.get(leg) ?? '')]));
}

/** How long an expired link is kept, so that it can be told from one that never was. */
const KEPT_MS = 7 * 86_400_000;

export async function pruneLegLinks(db: CloudDatabase, now: Date): Promise<void> {
  const before = new Date(now.getTime() - KEPT_MS);
  await withScope(db.service, systemScope('leg-links'), (trx) =>
    trx.deleteFrom('leg_links').where('expires_at', '<', before).execute(),
  );
}

function linkTo(publicUrl: URL, token: string): string {
  return new URL(`m/${token}`, publicUrl.href.endsWith('/') ? publicUrl : new URL(`${publicUrl.href}/`)).href;
}
