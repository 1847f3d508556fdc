import type { GatewayTime } from '@angrid/contract';
import type { NormalisedEvent } from '../normalise/index.js';
import { begin } from './alerts.js';
import { elapsedMs } from './elapsed.js';
import { type DeviceRuleSettings, type Rule, type RuleStep, unchanged } from './rule.js';
import { type DeviceRuleState, findActive, newest, type Refusal, slotOf, stateLimits } from './state.js';

const NAME = 'denied-then-granted@1';
const KIND = 'access.denied_then_granted';

/**
 * Somebody is refused, and seconds later another credential opens the same door: perhaps for the one who was refused.
 * It supports other alerts and is none of its own. Both must have a credential: a face that is read at the second look
 * is nobody else. Pseudonyms are in the state for these seconds, and in nothing that leaves this rule.
 */
export const deniedThenGranted: Rule = {
  name: NAME,
  kinds: [KIND],
  hears: ['access.denied', 'access.granted'],
  onEvent(state, event, settings) {
    const { kind, gatewayTime } = event.item.data;
    const rest = forget(state, gatewayTime, settings);
    if (event.pseudonym === undefined || !settings.deniedThenGranted.on) return unchanged(rest);
    return kind === 'access.denied'
      ? unchanged(remember(rest, event, event.pseudonym))
      : onGrant(rest, event, event.pseudonym, settings);
  },
  onTick: (state, now, settings) => unchanged(forget(state, now, settings)),
};

function remember(state: DeviceRuleState, { item }: NormalisedEvent, pseudonym: string): DeviceRuleState {
  const slot = slotOf(item.data.channel, item.exercise);
  const refusal: Refusal = { slot, who: pseudonym.slice(0, 128), at: item.data.gatewayTime, event: item.id };
  return { ...state, refused: newest([...state.refused, refusal], stateLimits.refused) };
}

function onGrant(
  state: DeviceRuleState,
  { item }: NormalisedEvent,
  pseudonym: string,
  { deniedThenGranted: { denials } }: DeviceRuleSettings,
): RuleStep {
  const { channel, gatewayTime: now } = item.data;
  const slot = slotOf(channel, item.exercise);
  const others = state.refused.filter((refusal) => refusal.slot === slot && refusal.who !== pseudonym.slice(0, 128));
  if (others.length < denials) return unchanged(state);
  const rest = { ...state, refused: state.refused.filter((refusal) => refusal.slot !== slot) };
  if (findActive(state, KIND, slot) !== undefined) return unchanged(rest);
  return begin(rest, {
    rule: NAME,
    kind: KIND,
    slot,
    channel,
    exercise: item.exercise,
    since: others[0]?.at ?? now,
    occurrence: item.id,
    events: [...others.map(({ event }) => event), item.id],
    now,
    time: item.time,
  });
}

/** A restart of the box forgets them too: their times could not be trusted to run out. */
function forget(state: DeviceRuleState, now: GatewayTime, settings: DeviceRuleSettings): DeviceRuleState {
  if (state.refused.length === 0) return state;
  const windowMs = settings.deniedThenGranted.withinSeconds * 1000;
  const rest = state.refused.filter(({ at }) => at.boot === now.boot && elapsedMs(at, now) <= windowMs);
  return rest.length === state.refused.length ? state : { ...state, refused: rest };
}
