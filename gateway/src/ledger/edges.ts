import type { EventKind, GatewayTime } from '@angrid/contract';
import type { StateReport } from '@angrid/device-profiles';
import { elapsedMs } from '../rules/elapsed.js';
import { type Edge, ledgerLimits } from './state.js';

type Edges = readonly Edge[];

/** A property as a device tells it. */
export interface ToldEdge extends StateReport {
  readonly overAfterSeconds: number | undefined;
}

export interface EdgeStep {
  readonly edges: Edges;
  readonly changed: boolean;
}

/** Whether the property changed; what was never told counts as not active. */
export function tellEdge(edges: Edges, told: ToldEdge, at: GatewayTime): EdgeStep {
  const known = edges.find((edge) => edge.kind === told.kind && edge.channel === told.channel);
  const changed = told.active !== (known?.active ?? false);
  if (!changed && (known === undefined || known.overAfterSeconds === undefined)) return { edges, changed };
  return { edges: put(edges, known, edgeOf(told, at)), changed };
}

/** A present state that is no event moves the memory along. */
export function syncEdge(edges: Edges, { kind, channel, active }: StateReport, at: GatewayTime): Edges {
  const known = edges.find((edge) => edge.kind === kind && edge.channel === channel);
  if (known === undefined || known.active === active) return edges;
  return put(edges, known, { ...known, active, at });
}

/** Properties that were not told for so long that they are over. */
export function endSilent(edges: Edges, now: GatewayTime): { readonly edges: Edges; readonly over: Edges } {
  const over = edges.filter(
    ({ active, overAfterSeconds, at }) =>
      active && overAfterSeconds !== undefined && elapsedMs(at, now) > overAfterSeconds * 1000,
  );
  if (over.length === 0) return { edges, over };
  return { edges: edges.map((edge) => (over.includes(edge) ? { ...edge, active: false } : edge)), over };
}

function edgeOf({ kind, channel, active, overAfterSeconds }: ToldEdge, at: GatewayTime): Edge {
  return {
    kind,
    ...(channel !== undefined && { channel }),
    active,
    at,
    ...(overAfterSeconds !== undefined && { overAfterSeconds }),
  };
}

/** The newest stand last; the oldest gives way. */
function put(edges: Edges, known: Edge | undefined, edge: Edge): Edges {
  return [...edges.filter((one) => one !== known), edge].slice(-ledgerLimits.edges);
}

export function overReport({ kind, channel }: Edge): { kind: EventKind; channel: string | undefined; active: false } {
  return { kind, channel, active: false };
}
