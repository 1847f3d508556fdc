import type { GatewayTime } from '@angrid/contract';
import type { CompiledProfile } from '@angrid/device-profiles';
import type { PairedDevice } from './devices/device.js';
import type { Accepted, Reading, ReadingSink } from './drivers/driver.js';
import { DeviceSteps, type DeviceStepsParts } from './flow/device-steps.js';
import { Gathering } from './flow/gathering.js';
import { Turns } from './flow/turns.js';
import type { UnknownVault } from './flow/unknown-vault.js';
import { Refusals, type Saying, sayingEvent } from './ledger/index.js';
import { normalise, type NormalisedEvent, type NormaliseResult } from './normalise/index.js';

export interface KnownDevice {
  readonly device: PairedDevice;
  readonly profile: CompiledProfile;
}

/** What the pipeline needs, each the smallest part of it. */
export interface PipelineParts extends Omit<DeviceStepsParts, 'startedAt'> {
  readonly unknown: Pick<UnknownVault, 'keep'>;
  devices(): Iterable<KnownDevice>;
  /** Sends a device the acknowledgement that its profile expects. */
  acknowledge(device: string, topic: string, payload: string): void;
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
  private readonly steps: DeviceSteps;
  private readonly refusals = new Refusals();

  constructor(private readonly parts: PipelineParts) {
    this.steps = new DeviceSteps({ ...parts, startedAt: parts.stamp() });
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
    for (const event of read.events) await this.steps.take(known, event);
    for (const sync of read.states) await this.steps.step(known, { sync, at });
    for (const numbered of read.numbered) await this.steps.step(known, { numbered, at });
    if (read.events.length === 0) await this.steps.step(known, { life: read.presence ?? 'heartbeat', at });
    const told = read.acknowledgement;
    if (told) this.parts.acknowledge(reading.deviceId, told.topic, told.payload);
    this.parts.onPassed(reading, read);
    return { answer: read.answer };
  }

  /** A connection came or went. */
  async presence(device: string, life: 'online' | 'offline'): Promise<void> {
    const known = this.parts.find(device);
    if (known) await this.turns.take(device, () => this.steps.step(known, { life, at: this.parts.stamp() }));
  }

  /** Lets time pass for the rules; to be called each second. */
  async tick(): Promise<void> {
    const tick = this.parts.stamp();
    const steps = [...this.parts.devices()].map((known) =>
      this.turns.take(known.device.id, async () => {
        await this.enterRefusals(known, tick);
        await this.steps.step(known, { tick });
        await this.steps.summarise(known, tick, this.parts.site.ruleSettings(known.device.id).storm);
      }),
    );
    await Promise.all(steps);
  }

  /** A drill: it goes the whole way and is marked as one everywhere. */
  exercise(event: NormalisedEvent, device: string): Promise<void> {
    const known = this.parts.find(device);
    return known ? this.turns.take(device, () => this.steps.step(known, { event })) : Promise.resolve();
  }

  /** What the gateway finds out of a device itself goes the way of an event. */
  async say(device: string, saying: Saying): Promise<void> {
    const known = this.parts.find(device);
    if (!known) return;
    const origin = { device, profile: known.profile.label, at: this.parts.stamp(), facts: this.parts.site.facts() };
    await this.turns.take(device, () => this.steps.step(known, { event: sayingEvent(saying, origin) }));
  }

  /** The device's clock, read by the gateway: milliseconds ahead of ours. */
  async clock(device: string, skewMs: number): Promise<void> {
    const known = this.parts.find(device);
    if (known) await this.turns.take(device, () => this.steps.step(known, { skewMs, at: this.parts.stamp() }));
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
      await this.steps.summarise(known, now);
    }
  }

  /**
   * A device is no longer paired, or is about to be paired anew: what is still counted of it is told, its alerts end, and
   * nothing is kept of it.
   */
  async forget(device: string, known?: KnownDevice): Promise<void> {
    await this.arrivals.idle();
    await this.turns.take(device, async () => {
      await this.steps.forget(device, known);
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
    if (known) await this.turns.take(device, () => this.steps.step(known, { answer, at: this.parts.stamp() }));
  }

  private async enterRefusals(known: KnownDevice, at: GatewayTime): Promise<void> {
    for (const [rejected, count] of this.refusals.take(known.device.id))
      await this.steps.step(known, { rejected, count, at });
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
