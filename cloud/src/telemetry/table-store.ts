import { type RawBuilder, sql } from 'kysely';
import type { CloudDatabase } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import type { Bucket, Sample, TelemetryQuery, TelemetryStore } from './telemetry-store.js';

const SCOPE = systemScope('telemetry');

/** Telemetry in a table of the cloud's own database: nothing to install. */
export class TableStore implements TelemetryStore {
  constructor(private readonly db: CloudDatabase) {}

  async write(samples: readonly Sample[]): Promise<void> {
    if (samples.length === 0) return;
    const column = <T>(value: (sample: Sample) => T): T[] => samples.map(value);
    await withScope(this.db.service, SCOPE, (trx) =>
      sql`
        insert into telemetry (at, series, compound_id, unit_path, subject, count, sum, max)
        select * from unnest(
          ${column(({ at }) => at)}::timestamptz[], ${column(({ series }) => series)}::text[],
          ${column(({ compound }) => compound)}::text[], ${column(({ unitPath }) => unitPath)}::text[],
          ${column(({ subject }) => subject)}::text[], ${column(({ count }) => count)}::integer[],
          ${column(({ sum }) => sum)}::float8[], ${column(({ max }) => max)}::float8[])`.execute(trx),
    );
  }

  async read({ series, of, from, until, stepMs }: TelemetryQuery): Promise<readonly Bucket[]> {
    return withScope(this.db.service, SCOPE, async (trx) => {
      const { rows } = await sql<Bucket>`
        select date_bin(make_interval(secs => ${stepMs / 1000}), at, 'epoch') as at,
          sum(count)::int as count, sum(sum) as sum, max(max) as max
        from telemetry
        where series = ${series} and at >= ${from} and at < ${until} and ${isOf(of)}
        group by 1 order by 1`.execute(trx);
      return rows;
    });
  }

  async expire(before: Date): Promise<void> {
    await withScope(this.db.service, SCOPE, (trx) => sql`delete from telemetry where at < ${before}`.execute(trx));
  }
}

function isOf(of: TelemetryQuery['of']): RawBuilder<boolean> {
  if ('unitPath' in of) return sql`(unit_path || '/') ^@ ${`${of.unitPath}/`}`;
  return of.subject === undefined
    ? sql`compound_id = ${of.compound}`
    : sql`compound_id = ${of.compound} and subject = ${of.subject}`;
}
