import { type EventKind, type GatewayTime, kindDefinition, type Severity, type StormLimits } from '@angrid/contract';
import type { CompiledProfile } from '@angrid/device-profiles';
import type { PairedDevice } from './devices/device.js';
import type { Accepted, Reading, ReadingSink } from './drivers/driver.js';
import { DeviceRules, type DeviceRulesParts } from './flow/device-rules.js';
import { Gathering } from './flow/gathering.js';
import type { RuleMemory } from './flow/rule-memory.js';
import type { SiteView } from './flow/site-view.js';
import type { Admission, Storm } from './flow/storm.js';
import { Turns } from './flow/turns.js';
import type { UnknownVault } from './flow/unknown-vault.js';
import { type DeliveryBook, type Entry, type LedgerInput, Refusals, type Saying, sayingEvent } from './ledger/index.js';
import { draftOf, normalise, type NormalisedEvent, type NormaliseResult, type SiteFacts } from './normalise/index.js';
import type { Outbox } from './outbox/outbox.js';
import { alertData, alertDraft, endsOf, type RuleAlert } from './rules/index.js';
import type { Tally } from './telemetry/tally.js';

export interface KnownDevice {
  readonly device: PairedDevice;
  readonly profile: CompiledProfile;
}

/** What the pipeline needs, each the smallest part of it. */
export interface PipelineParts {
  readonly outbox: Pick<Outbox, 'append' | 'keep'>;
  readonly book: DeliveryBook;
  readonly rules: RuleMemory;
  readonly site: SiteView;
  readonly storm: Storm;
  readonly unknown: Pick<UnknownVault, 'keep'>;
  readonly tally: Tally;
  stamp(): GatewayTime;
  devices(): Iterable<KnownDevice>;
  find(device: string): KnownDevice | undefined;
  meeting: DeviceRulesParts['meeting'];
  /** Sends a device the acknowledgement that its profile expects. */
  acknowledge(device: string, topic: string, payload: string): void;
  /** Told of each new alert, durable by then; `cameras` look at it. */
  onAlert(alert: string, cameras: readonly string[], severity: Severity): void;
  /** Told of each passing reading, for `angrid events tail`. */
  onPassed(reading: Reading, read: NormaliseResult): void;
}

/** Readings under way at once: twice what one commit takes at the rate at which the event loop is full. */
const MOST_UNDER_WAY = 256;

/**
 * reading → normalise → ledger → rules → outbox → acknowledge. `accept` resolves when all that the reading means is
 * durable: event, alerts, and what ledger and rules know of the device, in one commit. A device's readings pass one at
 * a time, in order, so that a refused one leaves no trace and the device's next attempt is the first.
 */
export class Pipeline implements ReadingSink {
  private readonly turns = new Turns();
  private readonly arrivals = new Gathering<Reading, Accepted>({
    most: MOST_UNDER_WAY,
    pass: (readings) => this.passAll(readings),
  });
  private readonly rules: DeviceRules;
  private readonly refusals = new Refusals();

  constructor(private readonly parts: PipelineParts) {
    this.rules = new DeviceRules({ ...parts, startedAt: parts.stamp() });
  }

  accept(reading: Reading): Promise<Accepted> {
    return this.arrivals.add(reading);
  }

  /** Each step for all of them, because its code is then at hand; one that throws stops none of the others. */
  private passAll(readings: readonly Reading[]): readonly Promise<Accepted>[] {
    const read = readings.map((reading) => ({ reading, found: attempt(() => this.read(reading)) }));
    return read.map((one) => this.turns.take(one.reading.deviceId, () => this.pass(one)));
  }

  private read(reading: Reading): Read | undefined {
    const known = this.parts.find(reading.deviceId);
    return known && { known, read: normalise(reading, known.device, known.profile, this.parts.site.facts()) };
  }

  private async pass({ reading, found }: Arrived): Promise<Accepted> {
    const passing = found();
    if (passing === undefined) {
      this.parts.tally.drop('unpaired-device');
      return { answer: undefined };
    }
    const { known, read } = passing;
    const at = reading.received;
    this.account(known, reading, read);
    for (const event of read.events) await this.take(known, event);
    for (const sync of read.states) await this.step(known, { sync, at });
    for (const numbered of read.numbered) await this.step(known, { numbered, at });
    if (read.events.length === 0) await this.step(known, { life: read.presence ?? 'heartbeat', at });
    const told = read.acknowledgement;
    if (told) this.parts.acknowledge(reading.deviceId, told.topic, told.payload);
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
      this.turns.take(known.device.id, async () => {
        await this.enterRefusals(known, tick);
        await this.step(known, { tick });
        await this.summarise(known, tick, this.parts.site.ruleSettings(known.device.id).storm);
      }),
    );
    await Promise.all(steps);
  }

  /** A drill: it goes the whole way and is marked as one everywhere. */
  exercise(event: NormalisedEvent, device: string): Promise<void> {
    const known = this.parts.find(device);
    return known ? this.turns.take(device, () => this.step(known, { event })) : Promise.resolve();
  }

  /** What the gateway finds out of a device itself goes the way of an event. */
  async say(device: string, saying: Saying): Promise<void> {
    const known = this.parts.find(device);
    if (!known) return;
    const origin = { device, profile: known.profile.label, at: this.parts.stamp(), facts: this.parts.site.facts() };
    await this.turns.take(device, () => this.step(known, { event: sayingEvent(saying, origin) }));
  }

  /** The device's clock, read by the gateway: milliseconds ahead of ours. */
  async clock(device: string, skewMs: number): Promise<void> {
    const known = this.parts.find(device);
    if (known) await this.turns.take(device, () => this.step(known, { skewMs, at: this.parts.stamp() }));
  }

  async idle(): Promise<void> {
    await this.arrivals.idle();
    await this.turns.idle();
  }

  /** Tells what is still counted, so that the cloud need not wait for the next start. To be called after the last reading. */
  async close(): Promise<void> {
    await this.idle();
    const now = this.parts.stamp();
    for (const known of this.parts.devices()) {
      await this.enterRefusals(known, now);
      await this.summarise(known, now);
    }
  }

  /**
   * A device is no longer paired, or is about to be paired anew: what is still counted of it is told, its alerts end, and
   * nothing is kept of it.
   */
  async forget(device: string, known?: KnownDevice): Promise<void> {
    await this.arrivals.idle();
    await this.turns.take(device, async () => {
      const { outbox, rules, book, storm, site, stamp } = this.parts;
      const now = stamp();
      if (known) await this.summarise(known, now);
      const ends = endsOf(rules.of(device), now.wall);
      const drafts = ends.map((alert) => alertDraft(alert, device, site.facts()));
      const forgetting = [rules.forget(device), book.forget(device), storm.forget(device)];
      const states = forgetting.flatMap((one) => one.states);
      const [first] = drafts;
      if (first) await outbox.append({ event: first.id, drafts, states });
      else await outbox.keep(states);
      for (const { commit } of forgetting) commit();
      this.refusals.take(device);
    });
  }

  /** A driver did not take what the device sent: it was more than the device may send. Entered with the next tick. */
  refuse(device: string): void {
    if (this.parts.find(device)) this.refusals.count(device, 'over-budget');
  }

  /** What came of asking a device for records again. */
  async answered(device: string, answer: 'complete' | 'failed' | 'sent'): Promise<void> {
    const known = this.parts.find(device);
    if (known) await this.turns.take(device, () => this.step(known, { answer, at: this.parts.stamp() }));
  }

  /** An event beyond the share of its device is counted, durably too, and told with the others when its window is over. */
  private async take(known: KnownDevice, event: NormalisedEvent): Promise<void> {
    const { book, storm, site } = this.parts;
    const { id } = known.device;
    const entry = book.enter(known, { event });
    if (entry.event === undefined) return this.commit(known, entry);
    const admission = storm.admit(id, entry.event, site.ruleSettings(id).storm);
    if (admission.count === undefined) return this.commit(known, entry, admission);
    const loud = [{ loud: event.item.data.gatewayTime }];
    await this.commit(known, { ...entry, event: undefined, hears: loud }, { ...admission, event });
  }

  private async enterRefusals(known: KnownDevice, at: GatewayTime): Promise<void> {
    for (const [rejected, count] of this.refusals.take(known.device.id))
      await this.step(known, { rejected, count, at });
  }

  private async summarise(known: KnownDevice, now: GatewayTime, limits?: StormLimits): Promise<void> {
    for (const { event, ending, commit } of this.parts.storm.due(known.device.id, now, limits)) {
      await this.step(known, { event }, { count: ending, commit });
    }
  }

  private step(known: KnownDevice, input: LedgerInput, also?: Also): Promise<void> {
    return this.commit(known, this.parts.book.enter(known, input), also);
  }

  private async commit(known: KnownDevice, entry: Entry, also: Also = {}): Promise<void> {
    const { outbox, rules, site, tally } = this.parts;
    const { id } = known.device;
    const facts = site.facts(entry.event?.item.exercise);
    const stepped = this.rules.step(known, entry.says.length === 0 ? entry.hears : [...entry.hears, ...entry.says]);
    const drafts = entry.event ? [draftOf(entry.event), ...entry.drafts] : [...entry.drafts];
    for (const alert of stepped.alerts) drafts.push(alertDraft(alert, id, facts, this.around(known)));
    const states = [...entry.states];
    if (stepped.changed) states.push(rules.writeOf(id, stepped.state));
    if (also.count) states.push(also.count);
    const event = also.event ?? entry.event;
    const standsOn = event?.item.id ?? drafts[0]?.id;
    if (standsOn === undefined) {
      if (states.length > 0) await outbox.keep(states);
    } else if ((await outbox.append({ event: standsOn, drafts, states })) === 'duplicate') {
      tally.count('duplicates');
      if (event) return this.step(known, { duplicate: event });
    }
    also.commit?.();
    entry.commit();
    rules.remember(id, stepped.state);
    this.picture(known, stepped.alerts, facts);
  }

  private around(known: KnownDevice) {
    return { cameras: this.camerasOf(known), behind: this.parts.site.behind(known.device.id) };
  }

  private camerasOf({ device }: KnownDevice): readonly string[] {
    return device.kind === 'camera' ? [device.id] : this.parts.site.camerasOf(device.id);
  }

  private picture(known: KnownDevice, alerts: readonly RuleAlert[], facts: SiteFacts): void {
    for (const alert of alerts) {
      const pictured = alert.state === 'active' && !(known.device.kind === 'camera' && isSupporting(alert.kind));
      if (!pictured) continue;
      const { alert: id, severity } = alertData(alert, known.device.id, facts);
      this.parts.onAlert(id, this.camerasOf(known), severity);
    }
  }

  private account(known: KnownDevice, reading: Reading, read: NormaliseResult): void {
    const { tally, unknown } = this.parts;
    tally.count('readings', { protocol: reading.protocol });
    for (const { reason, count } of read.drops) tally.drop(reason, count);
    if (read.rejected) this.refusals.count(known.device.id, read.rejected);
    if (reading.pictures) tally.drop('picture', reading.pictures);
    if (read.unknown) unknown.keep(reading, read.unknown);
  }
}

interface Read {
  readonly known: KnownDevice;
  readonly read: NormaliseResult;
}

interface Arrived {
  readonly reading: Reading;
  /** What it says; undefined of a device that is not paired. Throws where it could not be read. */
  found(): Read | undefined;
}

function attempt<T>(work: () => T): () => T {
  try {
    const done = work();
    return () => done;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** What is written in the commit of a step besides what the step itself gives. */
interface Also extends Partial<Admission> {
  /** The event that the commit stands on, where it is only counted. */
  readonly event?: NormalisedEvent;
}

/** Motion alone is worth no picture; it is the alert of a door that is. */
function isSupporting(kind: EventKind): boolean {
  return kindDefinition(kind).standing === 'supporting';
}
