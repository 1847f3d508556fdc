import type { GatewayTime } from '@angrid/contract';
import { begin, end } from './alerts.js';
import { elapsedMs, notBefore } from './elapsed.js';
import { isFlapping } from './flapping.js';
import { type DeviceRuleSettings, type Rule, type RuleContext, type RuleStep, unchanged } from './rule.js';
import { type DeviceRuleState, findActive, slotOf } from './state.js';

const NAME = 'device-offline@1';
const KIND = 'health.offline';
const SLOT = slotOf(undefined, false);

/**
 * A device that was there is gone: nothing heard for the profile's time and the site's grace, or its connection ended
 * and did not come back within the grace. It is back when it has stayed for as long as the grace: a device that comes
 * and goes is one alert. A device that was never heard of is not offline, but new.
 */
export const deviceOffline: Rule = {
  name: NAME,
  kinds: [KIND],
  onEvent(state, { item }) {
    if (item.exercise) return unchanged(state);
    const { kind, gatewayTime } = item.data;
    return unchanged(kind === 'health.offline' ? lose(state, gatewayTime) : see(state, gatewayTime));
  },
  onLife: (state, { life, at }) => unchanged(life === 'offline' ? lose(state, at) : see(state, at)),
  onTick,
};

function lose(state: DeviceRuleState, now: GatewayTime): DeviceRuleState {
  const { seen } = state.life;
  return { ...state, life: { ...(seen !== undefined && { seen }), lost: state.life.lost ?? now } };
}

function see(state: DeviceRuleState, now: GatewayTime): DeviceRuleState {
  const back = state.life.back ?? (findActive(state, KIND, SLOT) === undefined ? undefined : now);
  return { ...state, life: back === undefined ? { seen: now } : { seen: now, back } };
}

function onTick(
  state: DeviceRuleState,
  now: GatewayTime,
  settings: DeviceRuleSettings,
  context: RuleContext,
): RuleStep {
  const { offlineGraceSeconds, offline, flapping } = settings;
  const graceMs = offlineGraceSeconds * 1000;
  const calmMs = isFlapping(state) ? flapping.calmSeconds * 1000 : 0;
  const active = findActive(state, KIND, SLOT);
  const gone = goneSince(state, now, active === undefined ? Math.max(graceMs, calmMs) : graceMs, context);
  if (active === undefined) return gone === undefined || !offline.on ? unchanged(state) : raise(state, gone, now);
  const { back } = state.life;
  if (gone !== undefined) return back === undefined ? unchanged(state) : unchanged(withoutBack(state));
  if (back === undefined || elapsedMs(back, now) < graceMs) return unchanged(state);
  return end(withoutBack(state), [active], now.wall);
}

/** Since when the device is away for longer than it may be. */
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

function raise(state: DeviceRuleState, since: GatewayTime, now: GatewayTime): RuleStep {
  return begin(state, {
    rule: NAME,
    kind: KIND,
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
