import { AnGridError, type ErrorCode, isErrorCode } from '@angrid/contract';
import { sql } from 'kysely';
import { z } from 'zod';
import type { CloudDatabase } from '../database.js';
import type { LiveDesk } from './live-desk.js';

/** Why a stream ends, as a gateway told a process of this cloud that has not asked for it. */
export interface LiveWord {
  readonly gateway: string;
  readonly stream: string;
  readonly code: ErrorCode;
}

export const LIVE_CHANNEL = 'angrid_live';
const wordSchema = z.object({ gateway: z.string(), stream: z.string(), code: z.string().refine(isErrorCode) });

/** To every process of this cloud. */
export async function tellElsewhere(db: CloudDatabase, word: LiveWord): Promise<void> {
  await sql`select pg_notify(${LIVE_CHANNEL}, ${JSON.stringify(word)})`.execute(db.service);
}

/** Ends the stream where it is one of this process. A process of another version may say what this one does not know. */
export function hearElsewhere(desk: LiveDesk, payload: string | undefined): void {
  if (payload === undefined) return;
  const word = wordSchema.safeParse(JSON.parse(payload));
  if (!word.success) return;
  const { gateway, stream, code } = word.data;
  desk.streamOf(gateway, stream)?.end(new AnGridError(code, { op: 'live.view' }));
}
