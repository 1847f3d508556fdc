import { type DestinationStream, type Logger, pino } from 'pino';
import type { Clock } from '../clock/clock.js';
import { SystemClock } from '../clock/system-clock.js';
import type { Log } from './log.js';
import { plainFields, plainText } from './plain-fields.js';
import { Redactor } from './redactor.js';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogOptions {
  /** The program: `gateway`, `cloud`. */
  readonly name: string;
  readonly level?: LogLevel;
  /** Takes whole lines; standard output where it is not given. */
  readonly destination?: DestinationStream;
  readonly redactor?: Redactor;
  readonly clock?: Pick<Clock, 'wall'>;
}

/** A log that writes one JSON object a line: level, time (UTC), name, the fields, msg. Every line passes the redactor. */
export function createLog(options: LogOptions): Log {
  const { name, level = 'info', destination, redactor = new Redactor(), clock = new SystemClock() } = options;
  const settings = {
    level,
    base: { name },
    serializers: { err: (plain: unknown) => plain },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date(clock.wall()).toISOString()}"`,
  };
  const logger = pino(settings, destination ?? pino.destination({ fd: 1, sync: true }));
  return new RedactedLog(logger, redactor, {});
}

/** What every line carries; a field of the same name is written as `name_`. */
const OWN_KEYS = ['level', 'time', 'name', 'msg'];

function rename(fields: Record<string, unknown>, key: string): void {
  if (!Object.hasOwn(fields, key)) return;
  fields[`${key}_`] = fields[key];
  delete fields[key];
}

/** Bound fields are kept here and not in pino, so that a secret that is registered later is taken out of them too. */
class RedactedLog implements Log {
  constructor(
    private readonly logger: Logger,
    private readonly redactor: Redactor,
    private readonly bound: object,
  ) {}

  debug(fields: object, message: string): void {
    this.write('debug', fields, message);
  }

  info(fields: object, message: string): void {
    this.write('info', fields, message);
  }

  warn(fields: object, message: string): void {
    this.write('warn', fields, message);
  }

  error(fields: object, message: string): void {
    this.write('error', fields, message);
  }

  child(fields: object): Log {
    return new RedactedLog(this.logger, this.redactor, { ...this.bound, ...this.named(fields) });
  }

  private write(level: LogLevel, fields: object, message: string): void {
    if (!this.logger.isLevelEnabled(level)) return;
    const clean = plainFields({ ...this.bound, ...this.named(fields) }, this.redactor);
    for (const key of OWN_KEYS) rename(clean, key);
    this.logger[level](clean, plainText(message, this.redactor));
  }

  /** An error given in place of fields becomes the field `err`. */
  private named(fields: object): object {
    return fields instanceof Error ? { err: fields } : fields;
  }
}
