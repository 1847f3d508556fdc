import type { GatewayTime, HealthData } from '@angrid/contract';
import type { SiteFacts } from '../normalise/index.js';
import type { Outbox } from '../outbox/outbox.js';
import {
  alertDraft,
  brokerLost,
  type DeviceRuleSettings,
  type DeviceRuleState,
  readRuleState,
} from '../rules/index.js';
import type { Meeting } from './surroundings.js';

const KEY = 'broker';

export interface BrokerWatchParts {
  readonly outbox: Pick<Outbox, 'append' | 'states'>;
  /** Whether the broker brings messages now. */
  isUp(): boolean;
  /** In this time a broker that is gone is noticed. */
  readonly noticedMs: number;
  /** The gateway itself: the alert is its own. */
  readonly gateway: string;
  /** The devices that speak by way of the broker. */
  devices(): readonly string[];
  facts(): SiteFacts;
  settings(): DeviceRuleSettings;
  stamp(): GatewayTime;
}

/**
 * The operator's broker, looked at each second: one alert while it is away, which names those that speak by way of it.
 * They are not alerts of their own then, and how they are is not known.
 */
export class BrokerWatch {
  private readonly startedAt: GatewayTime;
  private link: Meeting;

  private constructor(
    private readonly parts: BrokerWatchParts,
    private state: DeviceRuleState,
  ) {
    this.startedAt = parts.stamp();
    this.link = { isDown: true, since: this.startedAt, noticedMs: parts.noticedMs };
  }

  static async open(parts: BrokerWatchParts): Promise<BrokerWatch> {
    const stored = await parts.outbox.states(KEY);
    return new BrokerWatch(parts, readRuleState(stored.get(KEY)));
  }

  get meeting(): Meeting {
    return this.link;
  }

  /** To be called each second. */
  async tick(): Promise<void> {
    const { isUp, stamp, settings } = this.parts;
    const now = stamp();
    const isDown = !isUp();
    if (isDown !== this.link.isDown) this.link = { ...this.link, isDown, since: now };
    const context = { startedAt: this.startedAt };
    const life = isDown ? 'offline' : 'online';
    const heard = brokerLost.onLife(this.state, { life, at: now }, settings(), context);
    const { state, alerts } = brokerLost.onTick(heard.state, now, settings(), context);
    const around = { behind: this.parts.devices() };
    const drafts = alerts.map((alert) => alertDraft(alert, this.parts.gateway, this.parts.facts(), around));
    const [first] = drafts;
    const states = [{ key: KEY, json: JSON.stringify(state) }];
    if (first) await this.parts.outbox.append({ event: first.id, drafts, states });
    this.state = state;
  }

  /** Devices as they are told: nobody knows how those are that cannot be heard. */
  asHeard(told: HealthData['devices']): HealthData['devices'] {
    const { isDown, since } = this.link;
    if (!isDown) return told;
    const unheard = new Set(this.parts.devices());
    return told.map((one) => (unheard.has(one.device) ? { ...one, state: 'unknown', since: since.wall } : one));
  }
}
