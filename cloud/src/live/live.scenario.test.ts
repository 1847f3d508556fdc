import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { gatewayPaths } from '@angrid/contract';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { ConsoleClient } from '../../testing/console-client.js';
import { startTemporaryCloud } from '../../testing/temporary-cloud.js';
import { Town } from '../../testing/town.js';
import { fragment, start } from '../../testing/live-parts.js';

let town: Town;
let manager: ConsoleClient;
beforeAll(async () => {
  town = await Town.open();
  manager = await town.signIn('manager');
}, 180_000);
afterAll(() => town.close());

const ask = (client: ConsoleClient, reason = 'to verify an alert') =>
  client.post('/api/cameras/east/cam/live', { reason });

async function grant(client = manager): Promise<string> {
  return String((await ask(client)).body['grantId']);
}

/** A viewer's answer, which comes with the first picture. */
function watch(client: ConsoleClient, grantId: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${client.url}/api/live/${grantId}`, { headers: { cookie: client.cookie }, signal: signal ?? null });
}

/** What the gateway was told to show last. */
async function ordered(): Promise<{ readonly stream: string; readonly count: number }> {
  const rows = await town.bench.rows(sql<{ stream: string }>`
    select command -> 'params' ->> 'stream' as stream from commands where type = 'live.open' order by issued_at, command_id`);
  return { stream: rows.at(-1)?.stream ?? '', count: rows.length };
}

async function orderedAfter(count: number): Promise<string> {
  for (;;) {
    const now = await ordered();
    if (now.count > count) return now.stream;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** One request of a gateway's live stream. */
class Upload {
  private readonly answer: Promise<number | undefined>;

  private constructor(private readonly call: ClientRequest) {
    this.answer = once(call, 'response').then(([response]: IncomingMessage[]) => {
      response?.resume();
      return response?.statusCode;
    });
    this.answer.catch(() => undefined);
  }

  static async open(site: Town['east'], stream: string, url = town.cloud.url): Promise<Upload> {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(site.gateway.tokenRequest());
    const answer = await fetch(`${url}${gatewayPaths.token}`, { method: 'POST', headers, body });
    const { token } = (await answer.json()) as { token: string };
    const call = httpRequest(`${url}${gatewayPaths.live(stream)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'video/mp4' },
    });
    call.on('error', () => undefined);
    call.flushHeaders();
    return new Upload(call);
  }

  write(...parts: readonly Uint8Array[]): void {
    for (const part of parts) this.call.write(part);
  }

  break(): void {
    this.call.destroy();
  }

  end(): Promise<number | undefined> {
    this.call.end();
    return this.answer;
  }

  status(): Promise<number | undefined> {
    return this.answer;
  }
}

interface Shown {
  readonly grantId: string;
  readonly response: Response;
  readonly stream: string;
  readonly upload: Upload;
}

async function show(signal?: AbortSignal): Promise<Shown> {
  const { count } = await ordered();
  const grantId = await grant();
  const answer = watch(manager, grantId, signal);
  const stream = await orderedAfter(count);
  const upload = await Upload.open(town.east, stream);
  upload.write(start(), fragment(true, 500));
  return { grantId, response: await answer, stream, upload };
}

describe('a live view', () => {
  it('needs a reason, a role and a scope', async () => {
    for (const reason of ['', ' x '])
      expect(await ask(manager, reason)).toMatchObject({ status: 403, body: { code: 'live.reason-required' } });
    expect(await ask(await town.signIn('installer'))).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    for (const name of ['neighbour', 'outsider'] as const)
      expect(await ask(await town.signIn(name))).toMatchObject({ status: 404, body: { code: 'subject.not-found' } });
    expect(await manager.post('/api/cameras/east/door/live', { reason: 'no camera' })).toMatchObject({ status: 404 });
    expect((await fetch(`${town.cloud.url}/api/live/${await grant()}`)).status).toBe(401);
  });

  it('is opened by the account alone that gave the reason', async () => {
    const officer = await town.signIn('officer');
    expect((await watch(officer, await grant())).status).toBe(403);
    expect((await watch(manager, '00000000-0000-4000-8000-000000000000')).status).toBe(403);
  });

  it('brings what the gateway sends, over several of its requests, from the last key picture on', async () => {
    const { response, stream, upload } = await show();
    expect(response.headers.get('content-type')).toBe('video/mp4; codecs="avc1.4d4028"');
    upload.write(fragment(false, 50));
    expect(await upload.end()).toBe(204);
    const next = await Upload.open(town.east, stream);
    next.write(fragment(false, 60), fragment(true, 70), fragment(false, 80));
    const expected = Buffer.concat([
      ...[start(), fragment(true, 500), fragment(false, 50), fragment(false, 60), fragment(true, 70)],
      fragment(false, 80),
    ]);
    const reader = response.body?.getReader();
    expect(await readBytes(reader, expected.length)).toEqual(expected);

    const late = await watch(manager, await grant());
    const sinceKey = Buffer.concat([start(), fragment(true, 70), fragment(false, 80)]);
    const lateReader = late.body?.getReader();
    expect(await readBytes(lateReader, sinceKey.length)).toEqual(sinceKey);

    await reader?.cancel();
    await lateReader?.cancel();
    expect(await next.status()).toBe(410);
  });

  it('is taken from the gateway alone that was asked, and only while somebody watches', async () => {
    const leaving = new AbortController();
    const { stream, upload } = await show(leaving.signal);
    expect(await (await Upload.open(town.west, stream)).status()).toBe(410);
    const unasked = '00000000-0000-4000-8000-000000000000';
    expect(await (await Upload.open(town.east, unasked)).status()).toBe(410);
    leaving.abort();
    expect(await upload.status()).toBe(410);
    expect(await (await Upload.open(town.east, stream)).status()).toBe(410);
  });

  it('ends when its session does', async () => {
    const client = await town.signIn('confirmer');
    const { count } = await ordered();
    const answer = watch(client, await grant(client));
    const upload = await Upload.open(town.east, await orderedAfter(count));
    upload.write(start(), fragment(true, 500));
    const response = await answer;
    await client.call('DELETE', '/api/session');
    expect((await response.arrayBuffer()).byteLength).toBe(start().length + fragment(true, 500).length);
    expect(await upload.status()).toBe(410);
  });

  it('ends with its grant, and then needs a new reason', async () => {
    const id = await grant();
    town.bench.clock.jumpWall(540_000);
    const { count } = await ordered();
    const answer = watch(manager, id);
    const upload = await Upload.open(town.east, await orderedAfter(count));
    upload.write(start(), fragment(true, 500));
    const response = await answer;
    const ended = upload.status();
    await town.bench.clock.advance(7000);
    upload.write(fragment(true, 100));
    const read = response.arrayBuffer();
    await keepAlive(upload, 60_000);
    expect(await ended).toBe(410);
    await read;
    expect(await (await watch(manager, id)).json()).toMatchObject({ code: 'live.reason-required' });
  });

  it('says why there is no picture: the gateway’s own reason, or its silence', async () => {
    const { count } = await ordered();
    const refused = watch(manager, await grant());
    const stream = await orderedAfter(count);
    const upload = await Upload.open(town.east, stream);
    upload.write(Buffer.from('this is no video, whatever it says it is'));
    expect(await upload.status()).toBe(410);
    expect(await (await refused).json()).toMatchObject({ code: 'contract.violation' });

    const silent = watch(manager, await grant());
    await orderedAfter(count + 1);
    await town.bench.clock.advance(15_000);
    const answer = await silent;
    expect([answer.status, await answer.json()]).toMatchObject([504, { code: 'live.no-answer' }]);
  });

  it('ends when the gateway’s request breaks off, and can say that afterwards to who opened it', async () => {
    const { grantId, response, upload } = await show();
    upload.break();
    expect((await response.arrayBuffer()).byteLength).toBe(start().length + fragment(true, 500).length);
    const why = `/api/live/${grantId}/end`;
    expect((await manager.get(why)).body).toEqual({ code: 'live.no-answer' });
    expect(await (await town.signIn('officer')).get(why)).toMatchObject({ status: 403 });
  });

  it('is granted for every process of the cloud; where its picture reaches another one, the viewer is told the cure', async () => {
    const { db, clock } = town.bench;
    const other = await startTemporaryCloud({ database: db, clock });
    try {
      const { count } = await ordered();
      const there = Object.assign(new ConsoleClient(other.url), { cookie: manager.cookie, csrf: manager.csrf });
      const refused = watch(manager, await grant(there));
      const upload = await Upload.open(town.east, await orderedAfter(count), other.url);
      upload.write(start(), fragment(true, 500));
      expect(await upload.status()).toBe(410);
      const answer = await refused;
      expect([answer.status, await answer.json()]).toMatchObject([502, { code: 'live.elsewhere' }]);
    } finally {
      await other.stop();
    }
  });

  it('is written to the audit log with its reason, the grant and each opening', async () => {
    const rows = await town.bench.rows(sql<{ action: string; reason: string; subject: string }>`
      select distinct action, reason, subject from audit_log where action in ('live.grant', 'live.open') order by action`);
    const told = { reason: 'to verify an alert', subject: 'camera cam' };
    expect(rows).toEqual([
      { action: 'live.grant', ...told },
      { action: 'live.open', ...told },
    ]);
  });
});

type Reader = ReadableStreamDefaultReader<Uint8Array>;

async function readBytes(reader: Reader | undefined, length: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < length) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    bytes = Buffer.concat([bytes, value ?? new Uint8Array()]);
  }
  return bytes;
}

/** Lets time pass while pictures come. */
async function keepAlive(upload: Upload, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 5000) {
    upload.write(fragment(true, 10));
    await new Promise((resolve) => setTimeout(resolve, 3));
    await town.bench.clock.advance(5000);
  }
}
