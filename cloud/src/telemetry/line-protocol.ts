import type { IPoint } from 'influx';
import type { Sample } from './telemetry-store.js';

/** A tag of InfluxDB is never empty: what lies in no unit says so. */
export const NO_UNIT = '-';

/**
 * The shape of a sample in InfluxDB 1.x line protocol: measurement = series, tags = whose it is. A point is known by
 * measurement, tags and time: `writer` keeps the points of several processes apart.
 */
export function pointOf({ at, series, compound, unitPath, subject, count, sum, max }: Sample, writer: string): IPoint {
  return {
    measurement: series,
    tags: { compound, unit: unitPath ?? NO_UNIT, subject, writer },
    fields: { count, sum, max },
    timestamp: at,
  };
}
