import type { EventKind } from '@angrid/contract';
import { battery } from './battery.js';
import { deniedThenGranted } from './denied-then-granted.js';
import { deviceOffline } from './device-offline.js';
import { direct } from './direct.js';
import { duress } from './duress.js';
import { fire } from './fire.js';
import { flapping } from './flapping.js';
import { forced } from './forced.js';
import { heldOpen } from './held-open.js';
import { loud } from './loud.js';
import { mains } from './mains.js';
import { repeatedDenial } from './repeated-denial.js';
import { tailgating } from './tailgating.js';
import { tamper } from './tamper.js';
import type { NormalisedEvent } from '../normalise/index.js';
import type { DeviceRuleSettings, Rule, RuleAlert, RuleContext, RuleInput, RuleStep } from './rule.js';
import { type DeviceRuleState, newest, stateLimits } from './state.js';

/** Every rule there is, in the order in which they see an input. A new rule is a file and a line here. */
const own: readonly Rule[] = [
  fire,
  duress,
  forced,
  heldOpen,
  tailgating,
  repeatedDenial,
  deniedThenGranted,
  tamper,
  mains,
  battery,
  flapping,
  deviceOffline,
  loud,
];

export const rules: readonly Rule[] = [direct(new Set<EventKind>(own.flatMap(({ kinds = [] }) => kinds))), ...own];

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
  if ('event' in input) return stepEvent(state, input.event, settings, context);
  if ('tick' in input) return run(rules, state, (rule, now) => rule.onTick?.(now, input.tick, settings, context));
  if ('life' in input) return run(rules, state, (rule, now) => rule.onLife?.(now, input, settings, context));
  if ('loud' in input) return run(rules, state, (rule, now) => rule.onLoud?.(now, input.loud));
  return run(rules, state, (rule, now) => rule.onSync?.(now, input.sync, input.at));
}

function stepEvent(
  state: DeviceRuleState,
  event: NormalisedEvent,
  settings: DeviceRuleSettings,
  context: RuleContext,
): SteppedRules {
  const { id, late, data } = event.item;
  if (state.recent.includes(id)) return { state, alerts: [], changed: false };
  if (late) {
    const sign = { life: 'heartbeat', at: data.gatewayTime } as const;
    return run(rules, state, (rule, now) => rule.onLife?.(now, sign, settings, context));
  }
  const step = run(hearing(data.kind), state, (rule, now) => rule.onEvent?.(now, event, settings, context));
  if (!step.changed) return step;
  return { ...step, state: { ...step.state, recent: newest([...state.recent, id], stateLimits.recent) } };
}

type Ask = (rule: Rule, state: DeviceRuleState) => RuleStep | undefined;

function run(asked: readonly Rule[], before: DeviceRuleState, ask: Ask): SteppedRules {
  let alerts: readonly RuleAlert[] = NONE;
  let state = before;
  for (const rule of asked) {
    const step = ask(rule, state);
    if (step === undefined) continue;
    state = step.state;
    if (step.alerts.length > 0) alerts = [...alerts, ...step.alerts];
  }
  return { state, alerts, changed: alerts.length > 0 || differs(before, state) };
}

const byKind = new Map<EventKind, readonly Rule[]>();

/** Those that look at an event of the kind, in their order. */
function hearing(kind: EventKind): readonly Rule[] {
  const known = byKind.get(kind);
  if (known !== undefined) return known;
  const found = rules.filter(({ onEvent, hears }) => onEvent !== undefined && (hears?.includes(kind) ?? true));
  byKind.set(kind, found);
  return found;
}

const KEPT = ['active', 'doors', 'denials', 'refused', 'mains', 'changes', 'held'] as const;

/** That a device was seen once is worth keeping; when it was seen last is not. */
function differs(before: DeviceRuleState, after: DeviceRuleState): boolean {
  if (before === after) return false;
  const lives = before.life.lost !== after.life.lost || before.life.back !== after.life.back;
  const known = (before.life.seen === undefined) !== (after.life.seen === undefined);
  return lives || known || KEPT.some((part) => before[part] !== after[part]);
}
