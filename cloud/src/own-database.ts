import path from 'node:path';
import type { Clock, Log } from '@angrid/runtime';
import type { CloudSettings } from './config/settings.js';
import type { CloudDatabase } from './database.js';
import { openDatabase } from './platform/database/index.js';
import type { Database } from './schema.js';

export interface OwnDatabaseOptions {
  readonly settings: CloudSettings;
  readonly clock: Clock;
  readonly log: Log;
}

/** The database that the settings name: their server, else the embedded one in the data folder. */
export function openOwnDatabase({ settings, clock, log }: OwnDatabaseOptions): Promise<CloudDatabase> {
  const url = settings.database;
  const folder = path.join(settings.data, 'postgres');
  const source = url === undefined ? { kind: 'embedded' as const, folder } : { kind: 'server' as const, url };
  return openDatabase<Database>({ source, clock, log });
}
