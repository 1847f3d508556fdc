import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Clock, loadSettings, type Log, silentLog, SystemClock } from '@angrid/runtime';
import { cloudSettings } from '../src/config/settings.js';
import type { CloudDatabase } from '../src/database.js';
import type { Database } from '../src/schema.js';
import { type RunningCloud, startCloud } from '../src/server.js';
import { startTemporaryDatabase } from './temporary-database.js';

export interface TemporaryCloud extends RunningCloud {
  /** Plain HTTP on this machine. */
  readonly url: string;
  readonly dataFolder: string;
}

export interface TemporaryCloudOptions {
  /** A database that somebody else opened and closes; a fresh one without it. */
  readonly database?: CloudDatabase;
  readonly clock?: Clock;
  readonly log?: Log;
  /** By their variables, without the prefix: { DISPATCH_CONFIRM_WITHIN: '30s' }. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The whole cloud over real sockets, on a database of its own; nothing of it is left behind. */
export async function startTemporaryCloud(options: TemporaryCloudOptions = {}): Promise<TemporaryCloud> {
  const { clock = new SystemClock(), log = silentLog } = options;
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'angrid-cloud-'));
  const own = options.database === undefined ? await startTemporaryDatabase<Database>() : undefined;
  const database = options.database ?? own;
  const environment: Record<string, string> = {
    ANGRID_CLOUD_DATA: dataFolder,
    ANGRID_CLOUD_LISTEN_HTTPS: '127.0.0.1:0',
    ANGRID_CLOUD_LISTEN_LOCAL: '127.0.0.1:0',
  };
  for (const [name, value] of Object.entries(options.settings ?? {})) environment[`ANGRID_CLOUD_${name}`] = value;
  const clean = async (): Promise<void> => {
    await own?.close();
    await rm(dataFolder, { recursive: true, force: true });
  };
  try {
    const settings = loadSettings(cloudSettings, { environment });
    const cloud = await startCloud({ settings, clock, log, ...(database === undefined ? {} : { database }) });
    const stop = async (): Promise<void> => {
      await cloud.stop();
      await clean();
    };
    return { ...cloud, url: cloud.localUrl ?? '', dataFolder, stop };
  } catch (error) {
    await clean();
    throw error;
  }
}
