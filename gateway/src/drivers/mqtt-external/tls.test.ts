import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCa, issueServer } from '@angrid/runtime/certificates/issue';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type Bench, bench } from './external.fixture.js';

const DAY_MS = 86_400_000;
let folder: string;
let tls: { readonly key: string; readonly cert: string };
let at: Bench;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'broker-tls-'));
  const now = new Date().getTime();
  const validity = { from: new Date(now - DAY_MS), to: new Date(now + DAY_MS) };
  const ca = await issueCa('broker CA', validity);
  const server = await issueServer(ca, { subject: 'broker', names: [{ type: 'ip', value: '127.0.0.1' }] }, validity);
  const another = await issueCa('another CA', validity);
  tls = { key: server.key.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: server.cert.toString() };
  await writeFile(join(folder, 'ca.crt'), ca.cert.toString());
  await writeFile(join(folder, 'another.crt'), another.cert.toString());
});
afterEach(() => at.stop());
afterAll(() => rm(folder, { recursive: true }));

it('takes messages over TLS from a broker whose CA it is given', async () => {
  at = await bench({}, { tls, certificateAuthority: join(folder, 'ca.crt') });
  const link = await at.up();
  link.publish({ topic: 'panel/A/rec', payload: 'over TLS', id: 1 });
  await link.until(({ acknowledged }) => acknowledged.length === 1);
  expect(at.sink.stored).toEqual(['over TLS']);
  expect(at.broker.health()).toMatchObject({ state: 'connected', encrypted: true });
});

it.each([
  ['of another CA', 'another.crt'],
  ['of a CA whose file is not there', 'none.crt'],
  ['that no CA of the system has signed', undefined],
])('gives nothing to a broker with a certificate %s, and says that it is not trusted', async (_what, file) => {
  at = await bench(
    {},
    { tls, ...(file !== undefined && { certificateAuthority: join(folder, file) }), user: 'gateway' },
  );
  await at.broker.start();
  await at.counters.reached('mqtt_broker_connections_ended untrusted');
  expect(at.broker.health().state).toBe('untrusted');
  expect(at.scripted.links.every(({ connect }) => connect === undefined)).toBe(true);
});
