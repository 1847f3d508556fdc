import pg from 'pg';
import { errorCode } from '../error-code.js';
import { type ClusterFolder, OWNER_NAME, unusable } from './cluster-folder.js';

/** ready: the server takes the owner's connection; busy: it starts, recovers or stops; nobody: no server listens. */
export type Answer = 'ready' | 'busy' | 'nobody';

const answers: Readonly<Record<string, Answer>> = {
  ENOENT: 'nobody',
  ECONNREFUSED: 'nobody',
  ECONNRESET: 'busy',
  EPIPE: 'busy',
  '57P03': 'busy',
  // All connections are in use: the server works.
  '53300': 'ready',
};

/** Tries to connect as the owner. Throws `database.unavailable` where the server refuses the owner. */
export async function knock(socketFolder: string, cluster: ClusterFolder): Promise<Answer> {
  const client = new pg.Client({
    host: socketFolder,
    user: OWNER_NAME,
    password: cluster.password.reveal(),
    database: 'postgres',
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return 'ready';
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) return 'busy';
    const answer = answers[code];
    if (answer === undefined) throw unusable(socketFolder, 'the server refuses its owner', error);
    return answer;
  } finally {
    await client.end().catch(() => undefined);
  }
}
