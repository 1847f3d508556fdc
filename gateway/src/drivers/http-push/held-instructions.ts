import { AnGridError } from '@angrid/contract';
import type { Instruction } from '@angrid/device-profiles';
import type { Cancel, Clock } from '@angrid/runtime';
import type { HttpLimits } from './limits.js';

type Told = Pick<Instruction, 'topic' | 'payload'>;

interface Held extends Told {
  readonly resolve: () => void;
  readonly reject: (error: AnGridError) => void;
  readonly cancel: Cancel;
  fetched: boolean;
}

/** An instruction on its way to the device, in the answer to its request. */
export interface Fetched {
  readonly payload: string;
  /** The answer was sent whole. */
  sent(): void;
  /** It was not: the next request gets it again. */
  lost(): void;
}

/** What waits for each device to be fetched: in order, one with each request, for a while. */
export class HeldInstructions {
  private readonly devices = new Map<string, Held[]>();

  constructor(
    private readonly limits: Pick<HttpLimits, 'instructions' | 'instructionMs'>,
    private readonly clock: Pick<Clock, 'after'>,
  ) {}

  async hold(device: string, { topic, payload }: Told): Promise<void> {
    const held = this.devices.get(device) ?? [];
    if (held.length >= this.limits.instructions) {
      throw new AnGridError('device.busy', { op: 'http.hold', subject: device, detail: `${held.length} wait` });
    }
    this.devices.set(device, held);
    return new Promise((resolve, reject) => {
      const cancel = this.clock.after(this.limits.instructionMs, () => this.giveUp(device, one, 'it was not fetched'));
      const one: Held = { topic, payload, resolve, reject, cancel, fetched: false };
      held.push(one);
    });
  }

  fetch(device: string, path: string): Fetched | undefined {
    const one = this.devices.get(device)?.find(({ topic, fetched }) => topic === path && !fetched);
    if (!one) return undefined;
    one.fetched = true;
    return {
      payload: one.payload,
      sent: () => {
        this.remove(device, one);
        one.resolve();
      },
      lost: () => (one.fetched = false),
    };
  }

  forget(device: string): void {
    for (const one of [...(this.devices.get(device) ?? [])]) this.giveUp(device, one, 'the device was changed');
  }

  clear(): void {
    for (const device of [...this.devices.keys()]) {
      for (const one of [...(this.devices.get(device) ?? [])]) this.giveUp(device, one, 'the gateway stops');
    }
  }

  private giveUp(device: string, one: Held, detail: string): void {
    this.remove(device, one);
    one.reject(new AnGridError('device.unreachable', { op: 'http.hold', subject: device, detail }));
  }

  private remove(device: string, one: Held): void {
    one.cancel();
    const left = (this.devices.get(device) ?? []).filter((other) => other !== one);
    if (left.length > 0) this.devices.set(device, left);
    else this.devices.delete(device);
  }
}
