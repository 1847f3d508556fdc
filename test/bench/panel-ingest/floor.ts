import { createServer } from 'node:net';
import { SystemClock, silentLog } from '@angrid/runtime';
import { defaultLimits, openOutbox } from '@angrid/gateway/outbox/open-outbox';
import { Aedes } from 'aedes';

/**
 * The floor under panel-ingest: aedes and the outbox, and nothing between them. No certificate, no list of devices, no
 * bounds, no profile, no rules; a line as long as the product's goes into the outbox for each PUBLISH, and the PUBACK
 * waits for its fsync.
 */
const LINE_BYTES = 950;
const ENVELOPE = '{"specversion":"1.0","id":"';

async function main(folder: string): Promise<void> {
  const outbox = await openOutbox({
    dataFolder: folder,
    gateway: 'gw-floor',
    clock: new SystemClock(),
    log: silentLog,
    machine: 'bench',
    boot: 'bench',
    facts: () => ({ purpose: 'public-safety', siteClass: 'art7' }),
    limits: defaultLimits,
  });
  let count = 0;
  const store = async (payload: Buffer): Promise<void> => {
    count += 1;
    const id = count.toString(16).padStart(64, '0');
    const head = `${ENVELOPE}${id}","data":"`;
    const rest = 'x'.repeat(Math.max(0, LINE_BYTES - head.length - payload.length - 2));
    const json = `${head}${payload.toString('base64').slice(0, payload.length)}${rest}"}`;
    await outbox.append({ event: id, drafts: [{ id, lane: 'record', json }], states: [] });
  };
  const aedes = new Aedes({
    authenticate: (_client, _user, _password, done) => done(null, true),
    authorizePublish: (_client, packet, done) => void store(Buffer.from(packet.payload)).then(() => done(null), done),
  });
  await aedes.listen();
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    aedes.handle(socket);
  });
  server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
  process.once('disconnect', () => process.exit());
}

await main(process.argv[2] ?? '');
