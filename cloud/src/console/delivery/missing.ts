import { type RawBuilder, sql } from 'kysely';

/** How far back losses are counted where a row shows one figure; what is still open counts whatever its age. */
const DAYS_MS = 7 * 86_400_000;

/** Numbers of events that have not come. */
export interface Missing {
  readonly open: number;
  readonly lost: number;
  /** On how many devices. */
  readonly devices: number;
}

/** Of the gaps `x` that fit, as a column. */
export function missingOf(condition: RawBuilder<unknown>, now: Date): RawBuilder<Missing> {
  return sql<Missing>`(
    select json_build_object(
      'open', coalesce(sum(m.count) filter (where x.state = 'open'), 0),
      'lost', coalesce(sum(m.count) filter (where x.state = 'lost'), 0),
      'devices', count(distinct (x.compound_id, x.device_id)))
    from device_gaps x
    cross join lateral (
      select sum((r ->> 'to')::bigint - (r ->> 'from')::bigint + 1) as count from jsonb_array_elements(x.missing) r) m
    where ${condition} and (x.state = 'open'
      or (x.state = 'lost' and x.before_at >= ${new Date(now.getTime() - DAYS_MS)}::timestamptz)))`;
}
