import type { GatewayTime } from '@angrid/contract';
import type { NormalisedEvent } from '../normalise/index.js';
import { begin } from './alerts.js';
import { elapsedMs } from './elapsed.js';
import { occur } from './occurrence.js';
import { type DeviceRuleSettings, type Rule, type RuleStep, unchanged } from './rule.js';
import { type Denial, type DeviceRuleState, findActive, newest, slotOf, stateLimits } from './state.js';

const NAME = 'repeated-denial@1';
const KIND = 'access.repeated_denial';

/**
 * One credential, or one door where the device names no credential, is refused several times within a short window; or
 * the device counts for itself, and says so.
 * A pseudonym is in the state for as long as the window is, and in nothing that leaves this rule.
 */
export const repeatedDenial: Rule = {
  name: NAME,
  kinds: [KIND],
  onEvent(state, event, settings) {
    const { kind, gatewayTime } = event.item.data;
    const rest = forget(state, gatewayTime, settings);
    if (!settings.repeatedDenial.on) return unchanged(rest);
    if (kind === KIND) return occur(rest, event, NAME);
    return kind === 'access.denied' ? onDenial(rest, event, settings) : unchanged(rest);
  },
  onTick: (state, now, settings) => unchanged(forget(state, now, settings)),
};

function onDenial(state: DeviceRuleState, event: NormalisedEvent, settings: DeviceRuleSettings): RuleStep {
  const { item } = event;
  const { channel, gatewayTime: now } = item.data;
  const slot = slotOf(channel, item.exercise);
  const who =
    event.pseudonym === undefined ? `door:${slot}` : `${item.exercise ? 'exercise' : 'credential'}:${event.pseudonym}`;
  const denial: Denial = { who: who.slice(0, 128), at: now, event: item.id };
  const mine = [...state.denials.filter((other) => other.who === denial.who), denial];
  if (mine.length < settings.repeatedDenial.count) {
    return unchanged({ ...state, denials: newest([...state.denials, denial], stateLimits.denials) });
  }
  const rest = { ...state, denials: state.denials.filter((other) => other.who !== denial.who) };
  if (findActive(state, KIND, slot) !== undefined) return unchanged(rest);
  return begin(rest, {
    rule: NAME,
    kind: KIND,
    slot,
    channel,
    exercise: item.exercise,
    since: mine[0]?.at ?? now,
    occurrence: item.id,
    events: mine.map((one) => one.event),
    now,
    time: item.time,
  });
}

/** A restart of the box forgets them too: their times could not be trusted to run out. */
function forget(state: DeviceRuleState, now: GatewayTime, settings: DeviceRuleSettings): DeviceRuleState {
  const windowMs = settings.repeatedDenial.windowSeconds * 1000;
  const isOver = ({ at }: Denial): boolean => at.boot !== now.boot || elapsedMs(at, now) > windowMs;
  if (!state.denials.some(isOver)) return state;
  return { ...state, denials: state.denials.filter((denial) => !isOver(denial)) };
}
