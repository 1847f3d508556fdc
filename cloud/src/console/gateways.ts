import { type RawBuilder, sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import { missingOf } from './delivery/missing.js';
import type { GatewayView } from './shapes.js';

interface Moment {
  readonly now: Date;
  /** A gateway that says nothing for this long is silent, ms. */
  readonly silenceMs: number;
}

export function listGateways(trx: CloudTransaction, moment: Moment): Promise<readonly GatewayView[]> {
  return selectGateways(trx, sql`true`, moment);
}

export function gatewaysById(
  trx: CloudTransaction,
  ids: readonly string[],
  moment: Moment,
): Promise<readonly GatewayView[]> {
  return selectGateways(trx, sql`g.gateway_id = any (${ids}::text[])`, moment);
}

interface GatewayRow extends Omit<GatewayView, 'silentSince' | 'pending' | 'evidenceWritten'> {
  readonly enrolledAt: Date;
  /** The last report; parts of it came with later gateways. */
  readonly health: {
    readonly pending?: NonNullable<GatewayView['pending']>;
    readonly evidenceWritten?: NonNullable<GatewayView['evidenceWritten']>;
  } | null;
}

async function selectGateways(
  trx: CloudTransaction,
  condition: RawBuilder<unknown>,
  moment: Moment,
): Promise<readonly GatewayView[]> {
  const { rows } = await sql<GatewayRow>`
    select g.gateway_id as id, g.name, g.status, g.last_seen_at as "lastSeenAt", g.enrolled_at as "enrolledAt", g.health,
      g.site_version_applied as "siteVersionApplied",
      json_build_object('id', g.compound_id, 'name', c.name) as compound,
      coalesce((select max(version) from site_configs s where s.compound_id = g.compound_id), 0) as "siteVersion",
      ${missingOf(sql`x.gateway_id = g.gateway_id`, moment.now)} as missing
    from gateways g
    join compounds c on c.compound_id = g.compound_id
    where ${condition}
    order by (g.status = 'revoked'), c.name, g.name, g.gateway_id`.execute(trx);
  return rows.map(({ enrolledAt, health, ...row }) => ({
    ...row,
    silentSince: row.status === 'active' ? silentSince(row.lastSeenAt ?? enrolledAt, moment) : null,
    pending: pendingOf(health),
    evidenceWritten: health?.evidenceWritten ?? null,
  }));
}

function silentSince(heardAt: Date, { now, silenceMs }: Moment): Date | null {
  return now.getTime() - heardAt.getTime() > silenceMs ? heardAt : null;
}

function pendingOf(health: GatewayRow['health']): GatewayView['pending'] {
  if (!health?.pending) return null;
  const { alarm, record, media, quarantined } = health.pending;
  return { alarm, record, media, quarantined };
}
