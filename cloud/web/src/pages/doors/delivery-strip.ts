import type { Delivery } from '../../api/delivery-types.js';

/** What is known of a time at a door, the worst last: it is drawn over the others. */
export const spanKinds = ['unknown', 'backfilled', 'away', 'silent', 'open', 'lost'] as const;
export type SpanKind = (typeof spanKinds)[number];

export interface Span {
  readonly kind: SpanKind;
  /** Share of the strip, 0 to 1. */
  readonly from: number;
  readonly width: number;
}

/** A second of loss in a week is still to be seen. */
const NARROWEST = 0.008;

/** What the strip shows beside the time of which all is known. */
export function spansOf(delivery: Delivery): readonly Span[] {
  const { gaps, outages, device, gatewaySilentSince, since, until, knownFrom } = delivery;
  const spans: (Span | undefined)[] = [];
  const add = (kind: SpanKind, from: string | null, to: string): void => {
    if (from !== null) spans.push(spanOf(kind, [from, to], delivery));
  };
  const unknownUntil = knownFrom ?? until;
  if (Date.parse(unknownUntil) > Date.parse(since)) add('unknown', since, unknownUntil);
  for (const { from, to } of outages) add('away', from, to);
  if (device.state !== 'online') add('away', device.since, until);
  add('away', device.cutOffSince, until);
  add('silent', gatewaySilentSince, until);
  for (const { state, after, before } of gaps) add(state, after, before);
  const known = spans.filter((span) => span !== undefined);
  return known.sort((a, b) => spanKinds.indexOf(a.kind) - spanKinds.indexOf(b.kind));
}

function spanOf(
  kind: SpanKind,
  [from, to]: readonly [string, string],
  { since, until }: Pick<Delivery, 'since' | 'until'>,
): Span | undefined {
  const start = Date.parse(since);
  const length = Date.parse(until) - start;
  const begin = Math.max(0, (Date.parse(from) - start) / length);
  const end = Math.min(1, (Date.parse(to) - start) / length);
  if (!(end >= begin) || end < 0 || begin > 1) return undefined;
  const width = Math.max(NARROWEST, end - begin);
  return { kind, from: Math.min(begin, 1 - width), width };
}
