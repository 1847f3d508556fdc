import { AnGridError } from '@angrid/contract';
import type { CompiledProfile, Instruction } from '@angrid/device-profiles';
import type { Log } from '@angrid/runtime';
import type { PairedDevice } from '../devices/device.js';
import type { DeviceInstructor } from '../drivers/driver.js';
import { askedSpan } from './span.js';
import type { Asking } from './state.js';

interface Known {
  readonly device: PairedDevice;
  readonly profile: CompiledProfile;
}

export interface BackFillerParts {
  readonly log: Log;
  instructor(): DeviceInstructor;
  find(device: string): Known | undefined;
  /** The site's zone, for devices without one. */
  timezone(): string;
  skewMs(device: string): number;
  /** Told what came of it. */
  heard(device: string, came: 'complete' | 'failed' | 'sent'): Promise<void>;
}

/** An answer in pages ends at the latest here. */
const MOST_PAGES = 50;

/** Asks devices for records again, and turns the pages of those that answer in pages. */
export class BackFiller {
  /** Events that came as an answer, since the page was asked for. */
  private readonly pages = new Map<string, { readonly topic: string | undefined; events: number }>();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly parts: BackFillerParts) {}

  /** Returns at once. */
  ask(device: string, asking: Asking): void {
    const work = this.run(device, asking).catch((error: unknown) =>
      this.parts.log.warn({ err: error, device }, 'what came of a back-fill is not stored'),
    );
    this.running.add(work);
    void work.finally(() => this.running.delete(work));
  }

  /** A reading has passed: where it is an answer, it says how far the page reached. */
  passed(device: string, topic: string, events: number): void {
    const page = this.pages.get(device);
    if (page?.topic === topic) page.events += events;
  }

  async idle(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  private async run(device: string, asking: Asking): Promise<void> {
    const { heard, log } = this.parts;
    try {
      await heard(device, await this.turnPages(device, asking));
    } catch (error) {
      const code = error instanceof AnGridError ? error.code : 'internal.unexpected';
      log.info({ code, device }, 'a device could not be asked for records again');
      await heard(device, 'failed');
    } finally {
      this.pages.delete(device);
    }
  }

  /** The next page begins behind what came; a record too many is known, a record too few would be lost. */
  private async turnPages(device: string, asking: Asking): Promise<'complete' | 'failed' | 'sent'> {
    let position = 0;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const known = this.parts.find(device);
      const instruction = known && this.instructionOf(known, asking, position);
      if (!known || !instruction) return 'failed';
      const came = { topic: instruction.answerTopic, events: 0 };
      this.pages.set(device, came);
      const { answer } = await this.parts.instructor().send(device, instruction);
      if (instruction.by !== 'call') return 'sent';
      if (known.profile.backfill?.hasMore(answer) !== true) return 'complete';
      position += Math.max(1, came.events);
    }
    return 'complete';
  }

  private instructionOf({ device, profile }: Known, asking: Asking, position: number): Instruction | undefined {
    const zone = device.timezone ?? this.parts.timezone();
    const span = askedSpan(asking, { zone, skewMs: this.parts.skewMs(device.id) });
    const { numbers } = asking;
    const named = numbers && { fromSequence: numbers.from, toSequence: numbers.to };
    return profile.backfill?.make(device.vendorId ?? device.id, { ...span, ...named, position });
  }
}
