import { AnGridError } from '@angrid/contract';
import { escape, InfluxDB } from 'influx';
import { pointOf } from './line-protocol.js';
import type { Bucket, Sample, TelemetryQuery, TelemetryStore } from './telemetry-store.js';
import type { TimeSeriesServer } from './time-series-server.js';

interface Row {
  readonly time: Date;
  readonly count: number | null;
  readonly sum: number | null;
  readonly max: number | null;
}

/** Telemetry in InfluxDB 1.x. */
export class InfluxStore implements TelemetryStore {
  private readonly influx: InfluxDB;

  private ready: Promise<void> | undefined;

  /** Connects with the first call. `writer` names this process among those that write. */
  constructor(
    private readonly server: TimeSeriesServer,
    private readonly writer: string,
  ) {
    const { url, database, user, password } = server;
    this.influx = new InfluxDB({
      hosts: [{ host: url.hostname, port: portOf(url), protocol: url.protocol === 'https:' ? 'https' : 'http' }],
      database,
      ...(user === undefined ? {} : { username: user }),
      ...(password === undefined ? {} : { password: password.reveal() }),
      pool: { requestTimeout: REQUEST_WITHIN_MS, maxRetries: 1 },
    });
  }

  async write(samples: readonly Sample[]): Promise<void> {
    if (samples.length === 0) return;
    await this.madeDatabase();
    await this.influx.writePoints(
      samples.map((sample) => pointOf(sample, this.writer)),
      { precision: 's' },
    );
  }

  async read({ series, of, from, until, stepMs }: TelemetryQuery): Promise<readonly Bucket[]> {
    await this.madeDatabase();
    const rows = await this.influx.query<Row>(
      `select sum("count") as "count", sum("sum") as "sum", max("max") as "max" from ${escape.quoted(series)}
       where time >= ${from.getTime()}ms and time < ${until.getTime()}ms and ${conditionOf(of)}
       group by time(${stepMs / 1000}s) fill(none)`,
      { precision: 'ms', placeholders: 'unitPath' in of ? {} : { ...of } },
    );
    return rows.map(({ time, count, sum, max }) => ({
      at: new Date(time.getTime()),
      count: count ?? 0,
      sum: sum ?? 0,
      max: max ?? 0,
    }));
  }

  /** By the server's own settings. */
  expire(): Promise<void> {
    return Promise.resolve();
  }

  private async madeDatabase(): Promise<void> {
    this.ready ??= this.influx.createDatabase(this.server.database);
    try {
      await this.ready;
    } catch (cause) {
      this.ready = undefined;
      throw new AnGridError('telemetry.unavailable', { op: 'telemetry.open', subject: this.server.url.host, cause });
    }
  }
}

const REQUEST_WITHIN_MS = 10_000;

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

/** A name goes as a parameter, never as text of the query; a regular expression cannot. */
function conditionOf(of: TelemetryQuery['of']): string {
  if ('unitPath' in of) return `"unit" =~ /^${regexOf(of.unitPath)}(\\/|$)/`;
  return of.subject === undefined ? '"compound" = $compound' : '"compound" = $compound and "subject" = $subject';
}

/** A path as a regular expression between slashes. */
function regexOf(path: string): string {
  return path.replace(/[^\p{L}\p{N}_-]/gu, '\\$&');
}
