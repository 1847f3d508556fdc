import { deviceOffline } from './device-offline.js';
import { direct } from './direct.js';
import { forced } from './forced.js';
import { heldOpen } from './held-open.js';
import { repeatedDenial } from './repeated-denial.js';
import type { NormalisedEvent } from '../normalise/index.js';
import type { DeviceRuleSettings, Rule, RuleAlert, RuleContext, RuleInput, RuleStep } from './rule.js';
import { type DeviceRuleState, newest, stateLimits } from './state.js';

/** Every rule there is, in the order in which they see an input. A new rule is a file and a line here. */
export const rules: readonly Rule[] = [direct, forced, heldOpen, repeatedDenial, deviceOffline];

const NONE: readonly RuleAlert[] = [];

export interface SteppedRules extends RuleStep {
  /** False where only the last sign of life moved on: nothing needs to be written then. */
  readonly changed: boolean;
}

/**
 * Brings the state of one device on by one input. Pure: the same arguments give the same answer. Throws nothing.
 *
 * A late event is a sign of life and nothing else. An event that was seen before is not even that.
 */
export function stepRules(
  state: DeviceRuleState,
  input: RuleInput,
  settings: DeviceRuleSettings,
  context: RuleContext,
): SteppedRules {
  if ('event' in input) return stepEvent(state, input.event, settings);
  if ('tick' in input)
    return finish(
      state,
      run(state, (rule, now) => rule.onTick?.(now, input.tick, settings, context)),
    );
  if ('life' in input)
    return finish(
      state,
      run(state, (rule, now) => rule.onLife?.(now, input.life, input.at)),
    );
  return finish(
    state,
    run(state, (rule, now) => rule.onSync?.(now, input.sync, input.at)),
  );
}

function stepEvent(state: DeviceRuleState, event: NormalisedEvent, settings: DeviceRuleSettings): SteppedRules {
  const { id, late, data } = event.item;
  if (state.recent.includes(id)) return { state, alerts: [], changed: false };
  if (late)
    return finish(
      state,
      run(state, (rule, now) => rule.onLife?.(now, 'heartbeat', data.gatewayTime)),
    );
  const step = finish(
    state,
    run(state, (rule, now) => rule.onEvent?.(now, event, settings)),
  );
  if (!step.changed) return step;
  return { ...step, state: { ...step.state, recent: newest([...state.recent, id], stateLimits.recent) } };
}

type Ask = (rule: Rule, state: DeviceRuleState) => RuleStep | undefined;

function run(state: DeviceRuleState, ask: Ask): RuleStep {
  let alerts: readonly RuleAlert[] = NONE;
  let current = state;
  for (const rule of rules) {
    const step = ask(rule, current);
    if (step === undefined) continue;
    current = step.state;
    if (step.alerts.length > 0) alerts = [...alerts, ...step.alerts];
  }
  return { state: current, alerts };
}

function finish(before: DeviceRuleState, { state, alerts }: RuleStep): SteppedRules {
  return { state, alerts, changed: alerts.length > 0 || differs(before, state) };
}

/** That a device was seen once is worth keeping; when it was seen last is not. */
function differs(before: DeviceRuleState, after: DeviceRuleState): boolean {
  if (before === after) return false;
  const lives = before.life.lost !== after.life.lost || before.life.back !== after.life.back;
  const known = (before.life.seen === undefined) !== (after.life.seen === undefined);
  return (
    lives || known || before.active !== after.active || before.doors !== after.doors || before.denials !== after.denials
  );
}
