import type { EventKind, GatewayTime } from '@angrid/contract';
import { begin, end } from './alerts.js';
import { elapsedMs, notBefore } from './elapsed.js';
import { isFlapping } from './flapping.js';
import { type DeviceRuleSettings, type Rule, type RuleContext, type RuleStep, unchanged } from './rule.js';
import { type ActiveAlert, type DeviceRuleState, findActive, slotOf } from './state.js';

const SLOT = slotOf(undefined, false);

export type AbsenceRule = Rule & Required<Pick<Rule, 'onLife' | 'onTick'>>;

/**
 * What was there is gone: nothing heard for as long as its silence may last and the site's grace, or its connection ended
 * and did not come back within the grace. It is back when it has stayed for as long as the grace: what comes and goes is
 * one alert. What was never heard of is not gone, but new.
 */
export function absence(name: string, kind: EventKind): AbsenceRule {
  const hear = (state: DeviceRuleState, isGone: boolean, at: GatewayTime): RuleStep =>
    unchanged(isGone ? lose(state, at) : see(state, at, findActive(state, kind, SLOT)));
  return {
    name,
    kinds: [kind],
    onEvent: (state, { item: { exercise, data } }) =>
      exercise ? unchanged(state) : hear(state, data.kind === kind, data.gatewayTime),
    onLife: (state, { life, at }) => hear(state, life === 'offline', at),
    onTick(state, now, settings, context) {
      const active = findActive(state, kind, SLOT);
      const gone = goneSince(state, now, graceOf(state, active, settings), context);
      if (active !== undefined) return goOn(state, active, { now, gone, graceMs: settings.offlineGraceSeconds * 1000 });
      if (gone === undefined || !settings.offline.on) return unchanged(state);
      return raise(state, { name, kind, since: gone, now });
    },
  };
}

function lose(state: DeviceRuleState, now: GatewayTime): DeviceRuleState {
  const { seen } = state.life;
  return { ...state, life: { ...(seen !== undefined && { seen }), lost: state.life.lost ?? now } };
}

function see(state: DeviceRuleState, now: GatewayTime, active: ActiveAlert | undefined): DeviceRuleState {
  const back = state.life.back ?? (active === undefined ? undefined : now);
  return { ...state, life: back === undefined ? { seen: now } : { seen: now, back } };
}

function graceOf(
  state: DeviceRuleState,
  active: ActiveAlert | undefined,
  { offlineGraceSeconds, flapping }: DeviceRuleSettings,
): number {
  const calmSeconds = active === undefined && isFlapping(state) ? flapping.calmSeconds : 0;
  return Math.max(offlineGraceSeconds, calmSeconds) * 1000;
}

/** Since when it is away for longer than it may be. */
function goneSince(
  state: DeviceRuleState,
  now: GatewayTime,
  graceMs: number,
  { startedAt, offlineAfterSeconds }: RuleContext,
): GatewayTime | undefined {
  const { seen, lost } = state.life;
  if (lost !== undefined) {
    const since = notBefore(lost, startedAt);
    return elapsedMs(since, now) >= graceMs ? since : undefined;
  }
  if (seen === undefined || offlineAfterSeconds === undefined) return undefined;
  const since = notBefore(seen, startedAt);
  return elapsedMs(since, now) >= offlineAfterSeconds * 1000 + graceMs ? since : undefined;
}

interface Judging {
  readonly now: GatewayTime;
  readonly gone: GatewayTime | undefined;
  readonly graceMs: number;
}

/** An alert that nobody was told of is withdrawn where nothing speaks for it any more: it is judged anew. */
function goOn(state: DeviceRuleState, active: ActiveAlert, { now, gone, graceMs }: Judging): RuleStep {
  const { back } = state.life;
  if (gone !== undefined) return back === undefined ? unchanged(state) : unchanged(withoutBack(state));
  const isHeld = state.held.some(({ key }) => key === active.key);
  const isOver = back === undefined ? isHeld : elapsedMs(back, now) >= graceMs;
  return isOver ? end(withoutBack(state), [active], now.wall) : unchanged(state);
}

interface Raising {
  readonly name: string;
  readonly kind: EventKind;
  readonly since: GatewayTime;
  readonly now: GatewayTime;
}

function raise(state: DeviceRuleState, { name, kind, since, now }: Raising): RuleStep {
  return begin(state, {
    rule: name,
    kind,
    slot: SLOT,
    channel: undefined,
    exercise: false,
    since,
    occurrence: `${since.boot}:${since.monotonicMs}`,
    events: [],
    now,
    time: now.wall,
  });
}

function withoutBack(state: DeviceRuleState): DeviceRuleState {
  const { seen, lost } = state.life;
  return { ...state, life: { ...(seen !== undefined && { seen }), ...(lost !== undefined && { lost }) } };
}
