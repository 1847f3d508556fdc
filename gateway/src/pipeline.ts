import { type EventKind, type GatewayTime, kindDefinition } from '@angrid/contract';
import type { CompiledProfile } from '@angrid/device-profiles';
import type { PairedDevice } from './devices/device.js';
import type { Accepted, Reading, ReadingSink } from './drivers/driver.js';
import type { RuleMemory } from './flow/rule-memory.js';
import type { SiteView } from './flow/site-view.js';
import { Turns } from './flow/turns.js';
import type { UnknownVault } from './flow/unknown-vault.js';
import { draftOf, normalise, type NormalisedEvent, type NormaliseResult } from './normalise/index.js';
import type { Outbox } from './outbox/outbox.js';
import { alertData, alertDraft, type RuleInput, stepRules } from './rules/index.js';
import type { Tally } from './telemetry/tally.js';

export interface KnownDevice {
  readonly device: PairedDevice;
  readonly profile: CompiledProfile;
}

/** What the pipeline needs, each the smallest part of it. */
export interface PipelineParts {
  readonly outbox: Pick<Outbox, 'append' | 'keep'>;
  readonly rules: RuleMemory;
  readonly site: SiteView;
  readonly unknown: Pick<UnknownVault, 'keep'>;
  readonly tally: Tally;
  stamp(): GatewayTime;
  devices(): Iterable<KnownDevice>;
  find(device: string): KnownDevice | undefined;
  /** Sends a device the acknowledgement that its profile expects. */
  acknowledge(topic: string, payload: string): Promise<void>;
  /** Told of each new alert, durable by then; `cameras` look at it. */
  onAlert(alert: string, cameras: readonly string[]): void;
  /** Told of each passing reading, for `angrid events tail`. */
  onPassed(reading: Reading, read: NormaliseResult): void;
}

/**
 * reading → normalise → rules → outbox → acknowledge. `accept` resolves when all that the reading means is durable:
 * event, alerts and the state of the rules in one commit. A device's readings pass one at a time, in order, so that a
 * refused one leaves no trace and the device's next attempt is the first.
 */
export class Pipeline implements ReadingSink {
  private readonly turns = new Turns();
  private readonly startedAt: GatewayTime;

  constructor(private readonly parts: PipelineParts) {
    this.startedAt = parts.stamp();
  }

  accept(reading: Reading): Promise<Accepted> {
    return this.turns.take(reading.deviceId, () => this.pass(reading));
  }

  private async pass(reading: Reading): Promise<Accepted> {
    const known = this.parts.find(reading.deviceId);
    if (!known) {
      this.parts.tally.drop('unpaired-device');
      return { answer: undefined };
    }

    const read = normalise(reading, known.device, known.profile, this.parts.site.facts());
    this.account(reading, read);
    for (const event of read.events) await this.step(known, { event });
    for (const sync of read.states) await this.step(known, { sync, at: reading.received });
    if (read.events.length === 0) await this.step(known, { life: read.presence ?? 'heartbeat', at: reading.received });
    if (read.acknowledgement) await this.parts.acknowledge(read.acknowledgement.topic, read.acknowledgement.payload);
    this.parts.onPassed(reading, read);
    return { answer: read.answer };
  }

  /** A connection came or went. */
  async presence(device: string, life: 'online' | 'offline'): Promise<void> {
    const known = this.parts.find(device);
    if (known) await this.turns.take(device, () => this.step(known, { life, at: this.parts.stamp() }));
  }

  /** Lets time pass for the rules; to be called each second. */
  async tick(): Promise<void> {
    const tick = this.parts.stamp();
    const steps = [...this.parts.devices()].map((known) =>
      this.turns.take(known.device.id, () => this.step(known, { tick })),
    );
    await Promise.all(steps);
  }

  /** A drill: it goes the whole way and is marked as one everywhere. */
  exercise(event: NormalisedEvent, device: string): Promise<void> {
    const known = this.parts.find(device);
    return known ? this.turns.take(device, () => this.step(known, { event })) : Promise.resolve();
  }

  async idle(): Promise<void> {
    await this.turns.idle();
  }

  private async step({ device, profile }: KnownDevice, input: RuleInput): Promise<void> {
    const { outbox, rules, site, tally, onAlert } = this.parts;
    const event = 'event' in input ? input.event : undefined;
    const facts = site.facts(event?.item.exercise);
    const context = { startedAt: this.startedAt, offlineAfterSeconds: profile.offlineAfterSeconds };
    const stepped = stepRules(rules.of(device.id), input, site.ruleSettings(device.id), context);

    const cameras = device.kind === 'camera' ? [device.id] : site.camerasOf(device.id);
    const alerts = stepped.alerts.map((alert) => alertDraft(alert, device.id, facts, cameras));
    const drafts = event ? [draftOf(event), ...alerts] : alerts;
    const states = stepped.changed ? [rules.writeOf(device.id, stepped.state)] : [];
    const [first] = drafts;
    if (!first) {
      if (states.length > 0) await outbox.keep(states);
      rules.remember(device.id, stepped.state);
      return;
    }
    if ((await outbox.append({ event: first.id, drafts, states })) === 'duplicate') return tally.count('duplicates');
    rules.remember(device.id, stepped.state);
    for (const alert of stepped.alerts) {
      const pictured = alert.state === 'active' && !(device.kind === 'camera' && isSupporting(alert.kind));
      if (pictured) onAlert(alertData(alert, device.id, facts).alert, cameras);
    }
  }

  private account(reading: Reading, read: NormaliseResult): void {
    const { tally, unknown } = this.parts;
    tally.count('readings', { protocol: reading.protocol });
    for (const { reason, count } of read.drops) tally.drop(reason, count);
    if (reading.pictures) tally.drop('picture', reading.pictures);
    if (read.unknown) unknown.keep(reading, read.unknown);
  }
}

/** Motion alone is worth no picture; it is the alert of a door that is. */
function isSupporting(kind: EventKind): boolean {
  return kindDefinition(kind).standing === 'supporting';
}
