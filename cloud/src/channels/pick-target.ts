import type { CloudTransaction } from '../database.js';
import type { ChannelKind } from './channel.js';

/** A target as far as routing needs it. */
export interface RoutableTarget {
  readonly id: string;
  readonly channel: ChannelKind;
  readonly unitPath: string | null;
  readonly duty: string | null;
}

export interface Route {
  readonly channel: ChannelKind;
  readonly unitPath: string | null;
  readonly duty: string | null;
}

/** Every target that can be sent to. A platform has few: read them once a batch. */
export async function routableTargets(trx: CloudTransaction): Promise<readonly RoutableTarget[]> {
  return trx
    .selectFrom('channel_targets')
    .select(['target_id as id', 'channel', 'unit_path as unitPath', 'duty'])
    .where('disabled_at', 'is', null)
    .where('gone_at', 'is', null)
    .orderBy('name')
    .execute();
}

/**
 * Where a leg goes: among the targets of its channel those of its unit or a unit above and of its duty or any; of
 * these the nearest unit, then the one for its duty.
 */
export function pickTarget(targets: readonly RoutableTarget[], route: Route): RoutableTarget | undefined {
  let best: RoutableTarget | undefined;
  for (const target of targets) {
    if (target.channel !== route.channel || !serves(target, route)) continue;
    if (best === undefined || isNearer(target, best)) best = target;
  }
  return best;
}

function serves({ unitPath, duty }: RoutableTarget, route: Route): boolean {
  if (duty !== null && duty !== route.duty) return false;
  return unitPath === null || `${route.unitPath ?? ''}/`.startsWith(`${unitPath}/`);
}

function isNearer(one: RoutableTarget, other: RoutableTarget): boolean {
  const depth = (one.unitPath?.length ?? 0) - (other.unitPath?.length ?? 0);
  return depth > 0 || (depth === 0 && one.duty !== null && other.duty === null);
}
