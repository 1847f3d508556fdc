import type { Secret } from '@angrid/runtime';

/** Where a time-series server listens, and who may write there. */
export interface TimeSeriesServer {
  readonly url: URL;
  readonly database: string;
  readonly user?: string;
  readonly password?: Secret;
}
