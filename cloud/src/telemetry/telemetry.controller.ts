import { AnGridError, idSchema } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { z } from 'zod';
import { requireDevice } from '../console/devices.js';
import { readAs } from '../console/scoped.js';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import { type Bucket, seriesNames, type TelemetryQuery, type TelemetryStore } from './telemetry-store.js';
import { TELEMETRY_STORE } from './tokens.js';

const MINUTE_MS = 60_000;
const BUCKETS = 120;

const querySchema = z
  .object({
    series: z.enum(seriesNames),
    compound: idSchema.optional(),
    device: idSchema.optional(),
    unit: z.string().min(1).max(512).optional(),
    hours: z.coerce.number().int().min(1).max(2160).default(24),
  })
  .refine(({ compound, unit }) => (compound === undefined) !== (unit === undefined), 'either compound or unit')
  .refine(({ compound, device }) => device === undefined || compound !== undefined, 'a device needs its compound');
type SeriesRequest = z.infer<typeof querySchema>;

export interface SeriesView {
  readonly from: Date;
  readonly until: Date;
  readonly stepMs: number;
  /** Oldest first; a bucket in which nothing was measured is left out. */
  readonly buckets: readonly Bucket[];
}

/** How things went: for charts. */
@Controller('api/telemetry')
export class TelemetryController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TELEMETRY_STORE) private readonly store: TelemetryStore,
  ) {}

  @Get()
  @Route({ permission: 'devices.read', scope: 'caller', audit: 'none', query: querySchema })
  async series(@Req() request: FastifyRequest, @Query() query: unknown): Promise<SeriesView> {
    const asked = validated(querySchema, query, 'telemetry.read');
    const now = new Date(this.clock.wall());
    const everyCompound = callerOf(request).scope.compounds === 'all';
    await readAs(this.db, request, (trx) => requireSubject(trx, asked, { now, everyCompound }));
    const span = spanOf(asked.hours, now);
    const buckets = await this.store.read({ series: asked.series, of: subjectOf(asked), ...span });
    return { ...span, buckets };
  }
}

/** Whole minutes, about as many as a chart can show. */
function spanOf(hours: number, now: Date): Pick<TelemetryQuery, 'from' | 'until' | 'stepMs'> {
  const length = hours * 60 * MINUTE_MS;
  const stepMs = Math.ceil(length / BUCKETS / MINUTE_MS) * MINUTE_MS;
  const until = new Date(Math.ceil(now.getTime() / stepMs) * stepMs);
  return { from: new Date(until.getTime() - Math.ceil(length / stepMs) * stepMs), until, stepMs };
}

function subjectOf({ compound, device, unit }: SeriesRequest): TelemetryQuery['of'] {
  if (compound === undefined) return { unitPath: unit ?? '' };
  return { compound, ...(device === undefined ? {} : { subject: device }) };
}

interface Asking {
  readonly now: Date;
  readonly everyCompound: boolean;
}

/** Throws subject.not-found. A unit adds up every compound in it: only for who sees them all. */
async function requireSubject(
  trx: CloudTransaction,
  asked: SeriesRequest,
  { now, everyCompound }: Asking,
): Promise<void> {
  const { compound, device, unit } = asked;
  if (compound !== undefined && device !== undefined) return requireDevice(trx, { compound, device }, now);
  const { rows } =
    compound === undefined
      ? await sql`select from units where path = ${unit} and ${everyCompound} and angrid_unit_in_scope(path)`.execute(
          trx,
        )
      : await sql`select from compounds where compound_id = ${compound} and angrid_every_unit()`.execute(trx);
  if (rows.length === 0)
    throw new AnGridError('subject.not-found', { op: 'telemetry.read', subject: compound ?? unit ?? '' });
}
