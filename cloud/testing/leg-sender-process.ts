import { Secret, silentLog, VirtualClock } from '@angrid/runtime';
import { z } from 'zod';
import { LegSender } from '../src/dispatch/leg-sender.js';
import { urlAddress } from '../src/platform/database/connection.js';
import { connectDatabase } from '../src/platform/database/database.js';
import type { Database } from '../src/schema.js';

/** Argument: {database, platforms, secret, now}. Sends what is due, prints a line, and goes on until it is killed. */
const { database, platforms, secret, now } = z
  .object({ database: z.string(), platforms: z.string(), secret: z.string(), now: z.string() })
  .parse(JSON.parse(process.argv[2] ?? '{}'));

const clock = new VirtualClock(now);
const db = await connectDatabase<Database>(urlAddress(new Secret(database)), { clock, log: silentLog, poolSize: 4 });
const sender = new LegSender({
  db,
  clock,
  log: silentLog,
  courier: { deliver: () => Promise.resolve(new Map()) },
  fourPlatforms: { url: new URL(platforms), secret: new Secret(secret) },
});
process.stdout.write('ready\n');
for (;;) {
  await sender.work();
  await new Promise((resolve) => setImmediate(resolve));
}
