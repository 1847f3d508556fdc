import { readFile, writeFile } from 'node:fs/promises';
import type { Clock } from '@angrid/runtime';

export interface WriteCount {
  /** UTC day, `2026-05-01`. */
  readonly day: string;
  /** Bytes of evidence that were written on that day. */
  readonly bytes: number;
}

export interface WriteBudgetOptions {
  /** Where the count lies. */
  readonly file: string;
  readonly clock: Pick<Clock, 'wall'>;
  readonly bytesADay: number;
}

/**
 * Counts what evidence writes to the disk a day, over restarts: flash wears out. The count lies in a small file that
 * is not flushed by itself: what a power cut takes of it is the last seconds of counting.
 */
export class WriteBudget {
  private constructor(
    private readonly options: WriteBudgetOptions,
    private count: WriteCount,
  ) {}

  static async open(options: WriteBudgetOptions): Promise<WriteBudget> {
    return new WriteBudget(options, await readCount(options.file));
  }

  get today(): WriteCount & { readonly budget: number } {
    return { ...this.counted(), budget: this.options.bytesADay };
  }

  async add(bytes: number): Promise<void> {
    const { day, bytes: before } = this.counted();
    this.count = { day, bytes: before + bytes };
    await writeFile(this.options.file, JSON.stringify(this.count), { mode: 0o600 }).catch(() => undefined);
  }

  private counted(): WriteCount {
    const day = new Date(this.options.clock.wall()).toISOString().slice(0, 10);
    return this.count.day === day ? this.count : { day, bytes: 0 };
  }
}

async function readCount(file: string): Promise<WriteCount> {
  try {
    const { day, bytes } = JSON.parse(await readFile(file, 'utf8')) as Partial<WriteCount>;
    if (typeof day === 'string' && Number.isSafeInteger(bytes)) return { day, bytes: bytes as number };
  } catch {
    // No count, or one that a power cut has broken: it begins anew.
  }
  return { day: '', bytes: 0 };
}
