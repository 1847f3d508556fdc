import type { Http } from './http.js';

export type SeriesName = 'door.events' | 'delivery.latency' | 'clock.skew' | 'gateway.pending';

/** Of one device, of a compound, or of everything in a unit. */
export type SeriesSubject = { readonly compound: string; readonly device?: string } | { readonly unit: string };

export interface Series {
  readonly from: string;
  readonly until: string;
  readonly stepMs: number;
  /** Oldest first; what was not measured is left out. Times in ms. */
  readonly buckets: readonly {
    readonly at: string;
    readonly count: number;
    readonly sum: number;
    readonly max: number;
  }[];
}

export const telemetryApi = (http: Http) => ({
  series: (series: SeriesName, of: SeriesSubject, hours: number) =>
    http.get<Series>('/api/telemetry', { series, hours, ...of }),
});
