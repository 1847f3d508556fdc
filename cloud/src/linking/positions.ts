import { AnGridError, idSchema } from '@angrid/contract';
import { sql } from 'kysely';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { holdLock } from '../platform/database/index.js';
import { toWgs84 } from '../units/geometry/outline.js';
import { relink } from './relink.js';

export const positionSchema = z.strictObject({
  lon: z.number().min(-180).max(180),
  lat: z.number().min(-90).max(90),
  /** What the position was read in; it is kept in WGS 84. */
  crs: z.enum(['wgs84', 'gcj02', 'bd09']).default('wgs84'),
});
export const placeWhereSchema = z.strictObject({ position: positionSchema.nullable() });
export const deviceWhereSchema = z
  .strictObject({
    position: positionSchema.nullable().optional(),
    /** The grid code in its own register. */
    gridCode: z.string().min(1).max(64).nullable().optional(),
  })
  .refine(({ position, gridCode }) => position !== undefined || gridCode !== undefined, 'a position or a grid code');
type PlaceWhere = z.infer<typeof placeWhereSchema>;
type DeviceWhere = z.infer<typeof deviceWhereSchema>;

export const subjectSchema = z.object({ compound: idSchema, id: idSchema });
type Subject = z.infer<typeof subjectSchema>;

/** Says where a place is; its unit follows where no person has chosen one. Throws subject.not-found. */
export async function placeIsAt(
  trx: CloudTransaction,
  subject: Subject,
  { position }: PlaceWhere,
  now: Date,
): Promise<void> {
  await holdLock('links').execute(trx);
  await setPosition(trx, 'places', subject, position);
  await relink(trx, now);
}

/** Says where a device is, or under which grid code it is registered. Throws subject.not-found. */
export async function deviceIsAt(
  trx: CloudTransaction,
  subject: Subject,
  { position, gridCode }: DeviceWhere,
  now: Date,
): Promise<void> {
  await holdLock('links').execute(trx);
  if (position !== undefined) await setPosition(trx, 'devices', subject, position);
  if (gridCode !== undefined) {
    const { compound, id } = subject;
    const { numAffectedRows } = await sql`
      update devices set grid_code = ${gridCode} where compound_id = ${compound} and device_id = ${id}`.execute(trx);
    requireRow(numAffectedRows, id);
  }
  await relink(trx, now);
}

async function setPosition(
  trx: CloudTransaction,
  table: 'places' | 'devices',
  { compound, id }: Subject,
  position: z.infer<typeof positionSchema> | null,
): Promise<void> {
  const [lon, lat] = position ? toWgs84([position.lon, position.lat], position.crs) : [null, null];
  const key = sql.ref(table === 'places' ? 'place_id' : 'device_id');
  const { numAffectedRows } = await sql`
    update ${sql.table(table)} set lon = ${lon}, lat = ${lat}
    where compound_id = ${compound} and ${key} = ${id}`.execute(trx);
  requireRow(numAffectedRows, id);
}

function requireRow(rows: bigint | undefined, id: string): void {
  if (rows === 0n) throw new AnGridError('subject.not-found', { op: 'linking.position', subject: id });
}
