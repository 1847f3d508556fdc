import { AnGridError } from '@angrid/contract';
import type { Cancel, Clock } from '../clock/clock.js';
import type { Log } from './log.js';

const MOST_KINDS = 500;

interface Repeated {
  readonly level: 'warn' | 'error';
  readonly message: string;
  fields: object;
  count: number;
}

interface RepeatedErrorsOptions {
  readonly log: Pick<Log, 'warn' | 'error'>;
  readonly clock: Pick<Clock, 'every'>;
  /** Milliseconds between two counts. */
  readonly everyMs?: number;
}

/**
 * Keeps a fault that repeats from filling the log: its first occurrence is written at once, the others as one line
 * with their number (`repeated`) each minute. After a minute without it, it counts as new.
 */
export class RepeatedErrors {
  readonly #log: Pick<Log, 'warn' | 'error'>;
  readonly #clock: Pick<Clock, 'every'>;
  readonly #everyMs: number;
  readonly #kinds = new Map<string, Repeated>();
  #cancel: Cancel | undefined;

  constructor({ log, clock, everyMs = 60_000 }: RepeatedErrorsOptions) {
    this.#log = log;
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  warn(fields: object, message: string): void {
    this.#take('warn', fields, message);
  }

  error(fields: object, message: string): void {
    this.#take('error', fields, message);
  }

  /** Writes the counts that are left and stops. */
  close(): void {
    for (const kind of this.#kinds.values()) this.#writeCount(kind);
    this.#kinds.clear();
    this.#stopTimer();
  }

  #take(level: Repeated['level'], fields: object, message: string): void {
    const key = [level, message, ...signaturesIn(fields)].join('\n');
    const kind = this.#kinds.get(key);
    if (kind) {
      kind.count += 1;
      kind.fields = fields;
      return;
    }
    this.#log[level](fields, message);
    if (this.#kinds.size >= MOST_KINDS) this.#dropOldest();
    this.#kinds.set(key, { level, message, fields, count: 0 });
    this.#cancel ??= this.#clock.every(this.#everyMs, () => this.#writeCounts());
  }

  #writeCounts(): void {
    for (const [key, kind] of this.#kinds) {
      if (kind.count === 0) this.#kinds.delete(key);
      this.#writeCount(kind);
    }
    if (this.#kinds.size === 0) this.#stopTimer();
  }

  #writeCount(kind: Repeated): void {
    if (kind.count > 0) this.#log[kind.level]({ ...kind.fields, repeated: kind.count }, kind.message);
    kind.count = 0;
  }

  #dropOldest(): void {
    for (const [key, kind] of this.#kinds) {
      this.#writeCount(kind);
      this.#kinds.delete(key);
      return;
    }
  }

  #stopTimer(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

/** What makes two faults the same: the errors among the fields, by code, operation and subject, with their causes. */
function* signaturesIn(fields: object): Generator<string> {
  const values: unknown[] = fields instanceof Error ? [fields] : Object.values(fields);
  for (const value of values) {
    let error: unknown = value;
    for (let depth = 0; error instanceof Error && depth < 8; depth += 1) {
      yield error instanceof AnGridError
        ? `${error.code} ${error.op} ${error.subject ?? ''}`
        : `${error.name} ${error.message}`;
      error = error.cause;
    }
  }
}
