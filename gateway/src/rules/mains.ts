import type { GatewayTime } from '@angrid/contract';
import type { NormalisedEvent } from '../normalise/index.js';
import { begin, end, endBy } from './alerts.js';
import { elapsedMs } from './elapsed.js';
import { type DeviceRuleSettings, type Rule, type RuleStep, unchanged } from './rule.js';
import { type DeviceRuleState, findActive, type MainsOutage, newest, slotOf, stateLimits } from './state.js';

const NAME = 'mains@1';
const KIND = 'power.mains_lost';

/**
 * The mains are away for as long as the site says: an alert, until they have been back for as long as the site says.
 * A flicker is nothing, and lamps that go on and off in a storm are one alert. Drills are a matter of rule `direct`.
 */
export const mains: Rule = {
  name: NAME,
  kinds: [KIND],
  onEvent(state, event, settings) {
    if (event.item.exercise) return unchanged(state);
    switch (event.item.data.kind) {
      case 'power.mains_lost':
        return settings.mains.on ? onLost(state, event, settings) : unchanged(state);
      case 'power.mains_restored':
        return onBack(state, event, settings);
      default:
        return unchanged(state);
    }
  },
  onTick(state, now, settings) {
    let step: RuleStep = unchanged(state);
    for (const outage of state.mains) {
      const next = time(step.state, outage, now, settings);
      step = { state: next.state, alerts: next.alerts.length === 0 ? step.alerts : [...step.alerts, ...next.alerts] };
    }
    return step;
  },
  onSync(state, report) {
    const slot = slotOf(report.channel, false);
    const isOver = report.kind === KIND && !report.active && state.mains.some((outage) => outage.slot === slot);
    return unchanged(isOver ? { ...state, mains: state.mains.filter((outage) => outage.slot !== slot) } : state);
  },
};

function onLost(state: DeviceRuleState, { item }: NormalisedEvent, settings: DeviceRuleSettings): RuleStep {
  const { channel, gatewayTime } = item.data;
  const slot = slotOf(channel, false);
  const known = state.mains.find((outage) => outage.slot === slot);
  if (known !== undefined) {
    const { back, ...away } = known;
    return unchanged(back === undefined ? state : replace(state, known, away));
  }
  const outage = { slot, ...(channel !== undefined && { channel }), since: gatewayTime, event: item.id };
  return time({ ...state, mains: newest([...state.mains, outage], stateLimits.mains) }, outage, gatewayTime, settings);
}

function onBack(state: DeviceRuleState, { item }: NormalisedEvent, settings: DeviceRuleSettings): RuleStep {
  const { channel, gatewayTime } = item.data;
  const slot = slotOf(channel, false);
  const active = findActive(state, KIND, slot);
  const known = state.mains.find((outage) => outage.slot === slot);
  if (known === undefined) return endBy(state, active, item);
  if (elapsedMs(gatewayTime, known.since) > 0) return unchanged(state);
  if (active === undefined) return unchanged(replace(state, known));
  const back = { ...known, back: known.back ?? gatewayTime };
  return time(replace(state, known, back), back, gatewayTime, settings);
}

function time(
  state: DeviceRuleState,
  outage: MainsOutage,
  now: GatewayTime,
  { mains: { lostForSeconds, backForSeconds } }: DeviceRuleSettings,
): RuleStep {
  const active = findActive(state, KIND, outage.slot);
  if (active === undefined) {
    const isLong = elapsedMs(outage.since, now) >= lostForSeconds * 1000;
    return isLong ? raise(state, outage, now) : unchanged(state);
  }
  if (outage.back === undefined || elapsedMs(outage.back, now) < backForSeconds * 1000) return unchanged(state);
  return end(replace(state, outage), [active], now.wall);
}

function raise(state: DeviceRuleState, { slot, channel, since, event }: MainsOutage, now: GatewayTime): RuleStep {
  const occurrence = { slot, channel, exercise: false, since, occurrence: event, events: [event], now };
  return begin(state, { rule: NAME, kind: KIND, ...occurrence, time: now.wall });
}

function replace(state: DeviceRuleState, outage: MainsOutage, by?: MainsOutage): DeviceRuleState {
  const list = state.mains.flatMap((other) => (other !== outage ? [other] : by === undefined ? [] : [by]));
  return { ...state, mains: list };
}
