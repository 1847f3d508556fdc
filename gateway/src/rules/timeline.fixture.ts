import { type EventKind, eventType, type GatewayTime, laneOf, type RuleSettings } from '@angrid/contract';
import { sha256 } from '@angrid/contract/signing';
import type { NormalisedEvent } from '../normalise/index.js';
import {
  type DeviceRuleSettings,
  type DeviceRuleState,
  emptyRuleState,
  type RuleAlert,
  type RuleInput,
  settingsFor,
  stepRules,
} from './index.js';

const START = Date.parse('2026-01-01T00:00:00Z');

export const site = {
  site: { night: '22:00-06:00' },
  rules: {
    heldOpenSeconds: { day: 30, night: 30 },
    repeatedDenial: { count: 3, windowSeconds: 60 },
    offlineGraceSeconds: 10,
  },
} as const;

/** As a site has them whose configuration says no more than the contract asks for. */
export const settings: DeviceRuleSettings = settingsFor(site, {}, ['day']);

/** The same with other rules. */
export function settingsWith(rules: Partial<RuleSettings>): DeviceRuleSettings {
  return settingsFor({ ...site, rules: { ...site.rules, ...rules } }, {}, ['day']);
}

/** The gateway's three-part time so many seconds into the story. */
export function at(seconds: number, boot = 'boot-1'): GatewayTime {
  return { wall: new Date(START + seconds * 1000).toISOString(), monotonicMs: seconds * 1000, boot };
}

export interface EventOptions {
  readonly channel?: string;
  readonly pseudonym?: string;
  readonly late?: boolean;
  readonly exercise?: boolean;
  /** Two events of one id are one event, sent twice. */
  readonly id?: string;
}

export function event(kind: EventKind, time: GatewayTime, options: EventOptions = {}): NormalisedEvent {
  const { channel, pseudonym, late = false, exercise = false } = options;
  const id = sha256(options.id ?? `${kind}/${channel ?? ''}/${time.boot}/${time.monotonicMs}/${exercise}`);
  const item: NormalisedEvent['item'] = {
    specversion: '1.0',
    id,
    source: 'angrid://gw-1',
    subject: 'door-1',
    type: eventType(kind),
    time: time.wall,
    datacontenttype: 'application/json',
    sourcekind: 'gateway',
    lane: laneOf(kind),
    retentionclass: 'alarm',
    purpose: 'property-management',
    siteclass: 'art9',
    late,
    exercise,
    data: {
      kind,
      device: 'door-1',
      channel,
      profile: 'json-panel@1.0.0',
      rawHash: id,
      dedup: { rule: 'vendor-record', key: id },
      gatewayTime: time,
    },
  };
  return pseudonym === undefined ? { item } : { item, pseudonym };
}

/** Tells one device's story to the rules, a tick each second as the gateway does, and writes down what they say. */
export class Story {
  state: DeviceRuleState = emptyRuleState;
  /** `12s active door.forced 1`: when, what, which door. */
  readonly lines: string[] = [];
  readonly alerts: RuleAlert[] = [];
  private now = 0;
  private boot = 'boot-1';
  private bootedAt = 0;
  private readonly context: { startedAt: GatewayTime; offlineAfterSeconds?: number };

  constructor(
    private rules: DeviceRuleSettings = settings,
    offlineAfterSeconds?: number,
  ) {
    this.context = { startedAt: at(0), ...(offlineAfterSeconds !== undefined && { offlineAfterSeconds }) };
  }

  tell(seconds: number, kind: EventKind, options: EventOptions = {}): this {
    this.until(seconds);
    return this.step({ event: event(kind, this.time(), options) });
  }

  hear(seconds: number, life: 'heartbeat' | 'online' | 'offline'): this {
    this.until(seconds);
    return this.step({ life, at: this.time() });
  }

  report(seconds: number, kind: EventKind, active: boolean, channel?: string): this {
    this.until(seconds);
    return this.step({ sync: { kind, channel, active }, at: this.time() });
  }

  loud(seconds: number): this {
    this.until(seconds);
    return this.step({ loud: this.time() });
  }

  /** The hour or the configuration changes. */
  set(seconds: number, rules: DeviceRuleSettings): this {
    this.until(seconds);
    this.rules = rules;
    return this;
  }

  /** Lets time pass, tick by tick. */
  until(seconds: number): this {
    while (this.now < seconds) {
      this.now += 1;
      this.step({ tick: this.time() });
    }
    return this;
  }

  /** Lets much time pass, with one tick at its end. */
  skip(seconds: number): this {
    this.now = seconds;
    return this.step({ tick: this.time() });
  }

  /** The box restarts: its state comes back from disk, and monotonic time begins anew. */
  reboot(boot: string): this {
    this.boot = boot;
    this.bootedAt = this.now;
    return this.restart();
  }

  /** The process restarts: its state comes back from disk. */
  restart(): this {
    this.state = JSON.parse(JSON.stringify(this.state)) as DeviceRuleState;
    this.context.startedAt = this.time();
    return this;
  }

  step(input: RuleInput): this {
    const { state, alerts } = stepRules(this.state, input, this.rules, this.context);
    this.state = state;
    for (const alert of alerts) {
      this.alerts.push(alert);
      this.lines.push([`${this.now}s`, alert.state, alert.kind, alert.channel].filter(Boolean).join(' '));
    }
    return this;
  }

  private time(): GatewayTime {
    return { ...at(this.now, this.boot), monotonicMs: (this.now - this.bootedAt) * 1000 };
  }
}
