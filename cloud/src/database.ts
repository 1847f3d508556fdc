import type { Transaction } from 'kysely';
import type { Database as Platform } from './platform/database/index.js';
import type { Database as Tables } from './schema.js';

/** The database of this program: the platform's, with the tables of schema.ts. */
export type CloudDatabase = Platform<Tables>;
export type CloudTransaction = Transaction<Tables>;
