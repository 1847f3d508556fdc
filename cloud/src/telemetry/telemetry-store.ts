/**
 * What is measured. The value of a series is a count, or a time in ms:
 * - door.events: 1 for each event of a door.
 * - delivery.latency: from the gateway's receive time to the cloud's commit, ms.
 * - clock.skew: how far a device's clock is off, ms, without its sign.
 * - gateway.pending: items that wait at a gateway.
 */
export const seriesNames = ['door.events', 'delivery.latency', 'clock.skew', 'gateway.pending'] as const;
export type SeriesName = (typeof seriesNames)[number];

/** What one process saw of one subject in one minute. */
export interface Sample {
  /** Start of the minute. */
  readonly at: Date;
  readonly series: SeriesName;
  readonly compound: string;
  readonly unitPath: string | null;
  /** A device, or the gateway. */
  readonly subject: string;
  readonly count: number;
  readonly sum: number;
  readonly max: number;
}

export interface TelemetryQuery {
  readonly series: SeriesName;
  /** One device of a compound, a whole compound, or everything below a unit. */
  readonly of: { readonly compound: string; readonly subject?: string } | { readonly unitPath: string };
  readonly from: Date;
  readonly until: Date;
  /** Width of a bucket, ms: whole minutes. */
  readonly stepMs: number;
}

/** What all samples of one bucket come to. A bucket without a sample is left out. */
export interface Bucket {
  /** Start of the bucket: a multiple of the step since 1970. */
  readonly at: Date;
  readonly count: number;
  readonly sum: number;
  readonly max: number;
}

/** Keeps telemetry. It may lose the last seconds when its server dies; alerts and events never go this way. */
export interface TelemetryStore {
  write(samples: readonly Sample[]): Promise<void>;
  /** Oldest first. The caller has checked who may see it. */
  read(query: TelemetryQuery): Promise<readonly Bucket[]>;
  /** Deletes what is older, where the store does not do so by its own settings. */
  expire(before: Date): Promise<void>;
}
