const FIRST_BYTES = 64 * 1024;
/** Buffers that wait for use; what is above it is left to the collector, and so is what one large picture needed. */
const MOST_FREE = 16;
const LARGEST_KEPT = 1024 * 1024;

/** Buffers for pictures, used again and again: some megabytes a second would be allocated otherwise. */
export class UnitPool {
  private readonly free: Buffer[] = [];

  take(): Buffer {
    return this.free.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  /** A buffer of at least `bytes` that starts like `full`, which is given back. */
  grow(full: Buffer, bytes: number): Buffer {
    let size = full.length;
    while (size < bytes) size *= 2;
    const larger = Buffer.allocUnsafeSlow(size);
    full.copy(larger);
    this.give(full);
    return larger;
  }

  give(buffer: Buffer): void {
    if (this.free.length < MOST_FREE && buffer.length <= LARGEST_KEPT) this.free.push(buffer);
  }
}
