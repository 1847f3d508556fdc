import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnGridError, gatewayPaths } from '@angrid/contract';
import { firstLink, nextLink, sha256 } from '@angrid/contract/signing';
import { type KeyPair, keyPem, VirtualClock } from '@angrid/runtime';
import { issueServer } from '@angrid/runtime/certificates/issue';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Lease } from '../outbox/outbox.js';
import { AuthorisedClient } from './authorised-client.js';
import { buildBatch } from './batch.js';
import { CloudDouble, eventually, json, makeCa, makeSigner, problem } from './cloud.fixture.js';
import { CloudClient } from './cloud-client.js';
import { HttpsTransport } from './https.js';
import { saveToken, TokenKeeper } from './token.js';

const signer = makeSigner();
const line = JSON.stringify({ bootepoch: 1, sequence: 1, id: sha256('a'), pad: 'x'.repeat(2000) });
const prev = firstLink('gw-1', 1, 'alarm');
const lease: Lease = {
  lane: 'alarm',
  epoch: 1,
  prev,
  head: nextLink(prev, line),
  lines: [{ sequence: 1, id: sha256('a'), line }],
};
const batch = buildBatch(lease, signer, 0);
const { signal } = new AbortController();

describe('over HTTPS', () => {
  let ca: KeyPair;
  let clock: VirtualClock;
  let cloud: CloudDouble;
  let folder: string;
  const opened: CloudClient[] = [];

  beforeAll(async () => {
    ca = await makeCa();
  });
  beforeEach(async () => {
    clock = new VirtualClock();
    cloud = await CloudDouble.open(clock, signer.publicKey, ca);
    folder = mkdtempSync(join(tmpdir(), 'angrid-uplink-'));
  });
  afterEach(async () => {
    for (const client of opened.splice(0)) client.close();
    await cloud.close();
    rmSync(folder, { recursive: true });
  });

  const tokenFile = (): string => join(folder, 'token.json');

  function connect({ url = cloud.url, pinned = ca } = {}): {
    transport: HttpsTransport;
    tokens: TokenKeeper;
    client: CloudClient;
  } {
    const client = new CloudClient({ url, certificateAuthority: pinned.cert.toString(), clock });
    opened.push(client);
    const tokens = new TokenKeeper({ file: tokenFile(), gateway: signer.gateway, key: signer.key, client, clock });
    return { client, tokens, transport: new HttpsTransport(new AuthorisedClient(client, tokens)) };
  }

  it('sends the batch compressed, and what arrives are its very bytes', async () => {
    const answer = await connect().transport.send(batch, signal);
    expect(answer.accepted).toEqual([sha256('a')]);
    expect(cloud.encodings).toEqual(['gzip']);
    expect(cloud.batches[0]?.bytes.equals(batch.bytes)).toBe(true);
  });

  it('sends far fewer bytes where lines repeat one another', async () => {
    let sent = 0;
    const { transport, tokens } = connect();
    await tokens.current();
    cloud.next.push((_request, body, response) => {
      sent = body.length;
      json(response, { accepted: [], duplicate: [], rejected: [], siteVersion: 0 });
    });
    await transport.send(batch, signal);
    expect(sent).toBeLessThan(batch.bytes.length / 2);
  });

  it('refuses a cloud whose certificate another CA has signed', async () => {
    const { transport } = connect({ pinned: await makeCa() });
    await expect(transport.send(batch, signal)).rejects.toMatchObject({ code: 'uplink.untrusted' });
    expect(cloud.tokenRequests).toBe(0);
  });

  it('refuses a certificate of the pinned CA that is for another name', async () => {
    const other = await CloudDouble.open(clock, signer.publicKey, ca, [{ type: 'ip', value: '127.0.0.2' }]);
    await expect(connect({ url: other.url }).transport.send(batch, signal)).rejects.toMatchObject({
      code: 'uplink.untrusted',
    });
    await other.close();
  });

  it('refuses an address that is not https', () => {
    expect(() => connect({ url: 'http://127.0.0.1:1' })).toThrow(
      expect.objectContaining({ code: 'config.invalid-value' }),
    );
  });

  it('says unreachable where nobody listens', async () => {
    const { url } = cloud;
    await cloud.close();
    await expect(connect({ url }).transport.send(batch, signal)).rejects.toMatchObject({ code: 'uplink.unreachable' });
    cloud = await CloudDouble.open(clock, signer.publicKey, ca);
  });

  it('gives up an answer that does not come, by its own clock', async () => {
    const { transport, tokens } = connect();
    await tokens.current();
    let asked = false;
    cloud.next.push(() => (asked = true));
    const sent = transport.send(batch, signal).catch((error: unknown) => error);
    await eventually(() => asked);
    await clock.advance(30_000);
    expect(await sent).toMatchObject({ code: 'uplink.unreachable', detail: 'no answer within 30 s' });
  });

  it('reads no more of an answer than it may have', async () => {
    const { transport, tokens } = connect();
    await tokens.current();
    cloud.next.push((_request, _body, response) => void response.writeHead(200).end(Buffer.alloc(1_100_000, ' ')));
    await expect(transport.send(batch, signal)).rejects.toMatchObject({ code: 'uplink.unreachable' });
  });

  it.each([
    ['contract.chain-broken', 409],
    ['contract.violation', 422],
    ['database.unavailable', 503],
  ] as const)('hands on what the cloud says: %s', async (code, status) => {
    const { transport, tokens } = connect();
    await tokens.current();
    cloud.next.push((_request, _body, response) =>
      problem(response, new AnGridError(code, { op: 'cloud', detail: 'why' }), status),
    );
    await expect(transport.send(batch, signal)).rejects.toMatchObject({ code, detail: 'why' });
  });

  it.each([
    ['a redirect', 302, ''],
    ['something that is no problem', 500, '<html>'],
    ['something that is no batch answer', 200, '{"accepted":["x"]}'],
  ])('takes %s for a cloud that is not there', async (_what, status, body) => {
    const { transport, tokens } = connect();
    await tokens.current();
    cloud.next.push(
      (_request, _body, response) => void response.writeHead(status, { location: 'https://127.0.0.1:1/' }).end(body),
    );
    await expect(transport.send(batch, signal)).rejects.toMatchObject({ code: 'uplink.unreachable' });
  });

  it('sends again at once where a kept connection was closed meanwhile', async () => {
    const { transport } = connect();
    await transport.send(batch, signal);
    cloud.next.push((request) => void request.socket.destroy());
    expect((await transport.send(batch, signal)).duplicate).toEqual([sha256('a')]);
  });

  it('uses one connection for what is sent one after the other', async () => {
    const { transport } = connect();
    const ports = new Set<number | undefined>();
    for (let n = 0; n < 3; n += 1) {
      cloud.next.push((request, _body, response) => {
        ports.add(request.socket.remotePort);
        json(
          response,
          request.url === gatewayPaths.token
            ? { token: 't'.repeat(40), expiresAt: '2027-01-01T00:00:00Z' }
            : { accepted: [], duplicate: [], rejected: [], siteVersion: 1 },
        );
      });
    }
    await transport.send(batch, signal);
    await transport.send(batch, signal);
    expect(ports.size).toBe(1);
  });

  describe('the token', () => {
    it('is asked for with the key, kept in a file that nobody else reads, and used until a fifth of its life is left', async () => {
      const { transport } = connect();
      await transport.send(batch, signal);
      await clock.advance(0.79 * 3_600_000);
      await transport.send(batch, signal);
      expect(cloud.tokenRequests).toBe(1);
      await clock.advance(0.02 * 3_600_000);
      await transport.send(batch, signal);
      expect(cloud.tokenRequests).toBe(2);
      expect(statSync(tokenFile()).mode & 0o777).toBe(0o600);
      expect(cloud.tokens.has((JSON.parse(readFileSync(tokenFile(), 'utf8')) as { token: string }).token)).toBe(true);
    });

    it('of the enrolment, or of the last run, is taken from its file', async () => {
      const token = 'e'.repeat(43);
      cloud.tokens.add(token);
      await saveToken(tokenFile(), { token, expiresAt: '2026-01-01T01:00:00Z' });
      await connect().transport.send(batch, signal);
      expect(cloud.tokenRequests).toBe(0);
    });

    it('is replaced once where the cloud does not take it any more', async () => {
      const { transport } = connect();
      await transport.send(batch, signal);
      cloud.tokens.clear();
      expect((await transport.send(batch, signal)).duplicate).toHaveLength(1);
      expect(cloud.tokenRequests).toBe(2);
    });

    it('does not help a gateway that was revoked: refused, with the cloud’s reason', async () => {
      const { transport, tokens } = connect();
      await tokens.current();
      const refuse = new AnGridError('gateway.revoked', { op: 'cloud' });
      cloud.next.push((_r, _b, response) => problem(response, refuse));
      cloud.next.push((_r, _b, response) => problem(response, refuse));
      const error = await transport.send(batch, signal).catch((cause: unknown) => cause);
      expect(error).toMatchObject({
        code: 'uplink.refused',
        cause: expect.objectContaining({ code: 'gateway.revoked' }),
      });
      expect(cloud.tokenRequests).toBe(1);
    });

    it('serves on where a new one cannot be had before the old one ends', async () => {
      const { transport } = connect();
      await transport.send(batch, signal);
      await clock.advance(0.9 * 3_600_000);
      cloud.next.push((_r, _b, response) =>
        problem(response, new AnGridError('database.unavailable', { op: 'cloud' })),
      );
      expect((await transport.send(batch, signal)).duplicate).toHaveLength(1);
      await transport.send(batch, signal);
      expect(cloud.tokenRequests).toBe(1);
    });

    it('is asked for once by all who need it at the same time', async () => {
      const { transport } = connect();
      await Promise.all([transport.send(batch, signal), transport.send(batch, signal), transport.send(batch, signal)]);
      expect(cloud.tokenRequests).toBe(1);
    });

    it('can be had by a box whose clock is years off: the first answer tells it the time', async () => {
      clock = new VirtualClock('2023-01-01T00:00:00Z');
      const { transport } = connect();
      await expect(transport.send(batch, signal)).rejects.toMatchObject({ code: 'uplink.refused' });
      expect((await transport.send(batch, signal)).accepted).toHaveLength(1);
    });
  });

  it('takes a key and certificate of the pinned CA with a host name too', async () => {
    const validity = { from: new Date(new Date().getTime() - 1e6), to: new Date(new Date().getTime() + 1e6) };
    const { key, cert } = await issueServer(
      ca,
      { subject: 'localhost', names: [{ type: 'dns', value: 'localhost' }] },
      validity,
    );
    const server = createServer({ key: keyPem(key), cert: cert.toString() }, (_request, response) =>
      json(response, { ok: true }),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { client } = connect({ url: `https://localhost:${(server.address() as AddressInfo).port}` });
    expect((await client.request({ op: 'test', method: 'GET', path: '/' })).status).toBe(200);
    server.closeAllConnections();
    server.close();
  });
});
