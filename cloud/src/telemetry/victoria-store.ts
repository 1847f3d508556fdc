import { AnGridError } from '@angrid/contract';
import { z } from 'zod';
import { InfluxStore } from './influx-store.js';
import type { Bucket, Sample, TelemetryQuery, TelemetryStore } from './telemetry-store.js';
import type { TimeSeriesServer } from './time-series-server.js';

/** Of `/api/v1/query_range`: a matrix of [seconds, text] pairs. */
const answerSchema = z.object({
  status: z.literal('success'),
  data: z.object({ result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })) }),
});

const REQUEST_WITHIN_MS = 10_000;
const ANSWER_BYTES = 4 * 1024 * 1024;

/**
 * Telemetry in VictoriaMetrics. It takes InfluxDB's line protocol (series become `<measurement>_<field>`), but answers
 * every InfluxQL query with the list of its databases: it is asked in MetricsQL.
 */
export class VictoriaStore implements TelemetryStore {
  private readonly writing: InfluxStore;

  constructor(
    private readonly server: TimeSeriesServer,
    writer: string,
  ) {
    this.writing = new InfluxStore(server, writer);
  }

  write(samples: readonly Sample[]): Promise<void> {
    return this.writing.write(samples);
  }

  async read(query: TelemetryQuery): Promise<readonly Bucket[]> {
    const [counts, sums, maxima] = await Promise.all([
      this.range(query, 'count', 'sum'),
      this.range(query, 'sum', 'sum'),
      this.range(query, 'max', 'max'),
    ]);
    return [...counts].map(([at, count]) => ({
      at: new Date(at),
      count,
      sum: sums.get(at) ?? 0,
      max: maxima.get(at) ?? 0,
    }));
  }

  /** By the server's own settings. */
  expire(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Values by start of bucket, ms. A window reaches back from its own time and includes it: asked for one millisecond
   * before the end of a bucket, it holds that bucket.
   */
  private async range(
    { series, of, from, until, stepMs }: TelemetryQuery,
    field: 'count' | 'sum' | 'max',
    aggregate: 'sum' | 'max',
  ): Promise<ReadonlyMap<number, number>> {
    const first = Math.floor(from.getTime() / stepMs) * stepMs;
    const selector = `{__name__=${JSON.stringify(`${series}_${field}`)},${labelsOf(of)}}`;
    const found = await this.ask({
      query: `${aggregate}(${aggregate}_over_time(${selector}[${stepMs}ms]))`,
      start: String((first + stepMs - 1) / 1000),
      end: String((until.getTime() + stepMs - 2) / 1000),
      step: `${stepMs}ms`,
      nocache: '1',
    });
    return new Map(found.map(([seconds, value]) => [Math.round(seconds * 1000) - stepMs + 1, Number(value)]));
  }

  private async ask(parameters: Readonly<Record<string, string>>): Promise<readonly [number, string][]> {
    const { url, user, password } = this.server;
    const login = Buffer.from(`${user ?? ''}:${password?.reveal() ?? ''}`).toString('base64');
    const response = await fetch(new URL('/api/v1/query_range', url), {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(REQUEST_WITHIN_MS),
      headers: user === undefined ? {} : { authorization: `Basic ${login}` },
      body: new URLSearchParams(parameters),
    });
    const text = await response.text();
    const answer = text.length > ANSWER_BYTES ? undefined : answerSchema.safeParse(parsed(text));
    if (response.ok && answer?.success === true) return answer.data.data.result[0]?.values ?? [];
    const detail = `HTTP ${response.status}: ${text.slice(0, 200)}`;
    throw new AnGridError('telemetry.unavailable', { op: 'telemetry.read', subject: url.host, detail });
  }
}

function labelsOf(of: TelemetryQuery['of']): string {
  if ('unitPath' in of) return `unit=~${JSON.stringify(`${regexOf(of.unitPath)}(/.*)?`)}`;
  const compound = `compound=${JSON.stringify(of.compound)}`;
  return of.subject === undefined ? compound : `${compound},subject=${JSON.stringify(of.subject)}`;
}

function regexOf(path: string): string {
  return path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
