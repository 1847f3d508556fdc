import type { Outbox, StateWrite } from '../outbox/outbox.js';
import { type DeviceRuleState, emptyRuleState, readRuleState } from '../rules/index.js';
import type { Forgetting } from './forgetting.js';

const PREFIX = 'rules/';

/** What the rules know of each device: in memory to be fast, and in the outbox so that a start goes on where it was. */
export class RuleMemory {
  private constructor(private readonly states: Map<string, DeviceRuleState>) {}

  static async load(outbox: Pick<Outbox, 'states'>): Promise<RuleMemory> {
    const stored = await outbox.states(PREFIX);
    return new RuleMemory(new Map([...stored].map(([key, json]) => [key.slice(PREFIX.length), readRuleState(json)])));
  }

  of(device: string): DeviceRuleState {
    return this.states.get(device) ?? emptyRuleState;
  }

  /** To be called once `writeOf` is durable, or where nothing needs to be written. */
  remember(device: string, state: DeviceRuleState): void {
    this.states.set(device, state);
  }

  forget(device: string): Forgetting {
    return {
      states: [{ key: `${PREFIX}${device}`, json: null }],
      commit: () => void this.states.delete(device),
    };
  }

  writeOf(device: string, state: DeviceRuleState): StateWrite {
    return { key: `${PREFIX}${device}`, json: JSON.stringify(state) };
  }
}
