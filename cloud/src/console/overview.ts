import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import { listGateways } from './gateways.js';
import type { GatewayView } from './shapes.js';
import { deviceInScope, isDoor, whereabouts } from './whereabouts.js';

export interface Overview {
  readonly incidents: { readonly open: number; readonly bySeverity: Readonly<Record<'1' | '2' | '3' | '4', number>> };
  readonly gateways: readonly GatewayView[];
  readonly doors: {
    readonly total: number;
    readonly offline: number;
    readonly open: number;
    readonly heldOpen: number;
    readonly forced: number;
  };
  readonly cameras: { readonly total: number; readonly offline: number };
  /** Devices that stand at no place of the grid. */
  readonly unlinked: number;
}

export async function overviewOf(
  trx: CloudTransaction,
  moment: { readonly now: Date; readonly silenceMs: number },
): Promise<Overview> {
  return {
    incidents: await countIncidents(trx),
    gateways: await listGateways(trx, moment),
    ...(await countDevices(trx, moment.now)),
  };
}

async function countIncidents(trx: CloudTransaction): Promise<Overview['incidents']> {
  const { rows } = await sql<{ severity: '1' | '2' | '3' | '4'; count: number }>`
    select severity::text as severity, count(*) as count from incidents where state <> 'closed' group by 1`.execute(
    trx,
  );
  const bySeverity = { '1': 0, '2': 0, '3': 0, '4': 0 };
  let open = 0;
  for (const { severity, count } of rows) {
    bySeverity[severity] = count;
    open += count;
  }
  return { open, bySeverity };
}

async function countDevices(
  trx: CloudTransaction,
  now: Date,
): Promise<Pick<Overview, 'doors' | 'cameras' | 'unlinked'>> {
  const { rows } = await sql<Pick<Overview, 'doors' | 'cameras' | 'unlinked'>>`
    select
      json_build_object(
        'total', count(*) filter (where ${isDoor}),
        'offline', count(*) filter (where ${isDoor} and d.state = 'offline'),
        'open', count(*) filter (where ${isDoor} and d.door_state = 'open'),
        'heldOpen', count(*) filter (where ${isDoor} and d.door_state = 'held_open'),
        'forced', count(*) filter (where ${isDoor} and d.door_state = 'forced')) as doors,
      json_build_object(
        'total', count(*) filter (where d.kind = 'camera'),
        'offline', count(*) filter (where d.kind = 'camera' and d.state = 'offline')) as cameras,
      count(*) filter (where w.path is null) as unlinked
    from devices d
    ${whereabouts(now)}
    where ${deviceInScope}`.execute(trx);
  const [row] = rows;
  return (
    row ?? {
      doors: { total: 0, offline: 0, open: 0, heldOpen: 0, forced: 0 },
      cameras: { total: 0, offline: 0 },
      unlinked: 0,
    }
  );
}
