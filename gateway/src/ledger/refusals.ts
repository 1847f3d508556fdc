import type { RejectReason } from '@angrid/contract';

/** What became no event, by device and reason, until it is entered into the ledger with the next tick. */
export class Refusals {
  private readonly devices = new Map<string, Map<RejectReason, number>>();

  count(device: string, reason: RejectReason): void {
    const counts = this.devices.get(device) ?? new Map<RejectReason, number>();
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    this.devices.set(device, counts);
  }

  /** Hands over the counts of a device, and begins anew. */
  take(device: string): Iterable<readonly [RejectReason, number]> {
    const counts = this.devices.get(device);
    if (counts === undefined) return [];
    this.devices.delete(device);
    return counts;
  }
}
