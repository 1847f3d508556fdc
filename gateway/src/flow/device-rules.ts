import type { GatewayTime } from '@angrid/contract';
import type { KnownDevice } from '../pipeline.js';
import { inhibit, type RuleInput, type SteppedRules, stepRules } from '../rules/index.js';
import type { RuleMemory } from './rule-memory.js';
import type { SiteView } from './site-view.js';
import { listening, type Meeting, surroundingsOf } from './surroundings.js';

export interface DeviceRulesParts {
  readonly rules: RuleMemory;
  readonly site: SiteView;
  /** When this gateway process started. */
  readonly startedAt: GatewayTime;
  find(device: string): KnownDevice | undefined;
  /** The operator's broker, where the device speaks by way of one. */
  meeting(known: KnownDevice): Meeting | undefined;
}

/** The rules of a device as its site wants them now, and what those say that it hangs behind. */
export class DeviceRules {
  constructor(private readonly parts: DeviceRulesParts) {}

  /** Steps by all inputs; nothing is remembered yet. */
  step(known: KnownDevice, inputs: readonly RuleInput[]): SteppedRules {
    const { rules, site, startedAt } = this.parts;
    const { id } = known.device;
    const settings = site.ruleSettings(id);
    const meeting = settings.inhibition.on ? this.parts.meeting(known) : undefined;
    const context = listening({ startedAt, offlineAfterSeconds: known.profile.offlineAfterSeconds }, meeting);
    const around = surroundingsOf(id, meeting, this.neighbourhood);
    let all: SteppedRules | undefined;
    for (const input of inputs) {
      const one = inhibit(stepRules(all?.state ?? rules.of(id), input, settings, context), timeOf(input), around);
      all = all === undefined ? one : joined(all, one);
    }
    return all ?? { state: rules.of(id), alerts: [], changed: false };
  }

  private readonly neighbourhood = {
    ahead: (device: string) => this.parts.site.ahead(device),
    find: (device: string) => this.parts.find(device),
    stateOf: (device: string) => this.parts.rules.of(device),
    settingsOf: (device: string) => this.parts.site.ruleSettings(device),
  };
}

function joined(before: SteppedRules, after: SteppedRules): SteppedRules {
  const alerts = [...before.alerts, ...after.alerts];
  return { state: after.state, alerts, changed: before.changed || after.changed };
}

function timeOf(input: RuleInput): GatewayTime {
  if ('event' in input) return input.event.item.data.gatewayTime;
  if ('tick' in input) return input.tick;
  return 'loud' in input ? input.loud : input.at;
}
