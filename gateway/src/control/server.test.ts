import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AnGridError } from '@angrid/contract';
import { silentLog } from '@angrid/runtime';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bodyAs, route } from './route.js';
import { ControlServer } from './server.js';
import { z } from 'zod';

let folder: string;
let socket: string;
let server: ControlServer | undefined;

const logged: string[] = [];
const routes = [
  route('GET', '/devices/:id', ({ params, query }) => ({ json: { id: params[0], raw: query.get('raw') } })),
  route('POST', '/devices', (call) => ({ json: bodyAs(z.strictObject({ id: z.string() }), call, 'device.add') })),
  route('GET', '/broken', () => {
    throw new TypeError('no such property');
  }),
];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'control-'));
  socket = join(folder, 'gateway.sock');
  logged.length = 0;
  server = await ControlServer.listen(socket, routes, { ...silentLog, error: (_, message) => logged.push(message) });
});
afterEach(async () => {
  await server?.close();
  await rm(folder, { recursive: true });
});

interface Reply {
  readonly status: number | undefined;
  readonly body: Record<string, unknown>;
}

function call(method: string, path: string, body?: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath: socket, method, path }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      const { statusCode: status } = answer;
      // With the request's own end, so that nothing of it is still on its way when the server closes.
      asking.once('close', () => resolve({ status, body: JSON.parse(text) as Reply['body'] }));
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

describe('the socket of the gateway', () => {
  it('can be opened by its user only', async () => {
    expect((await stat(socket)).mode & 0o777).toBe(0o600);
  });

  it('takes the place of one that a former process left', async () => {
    await server?.close();
    await writeFile(socket, '');
    server = await ControlServer.listen(socket, routes, silentLog);
    expect((await call('GET', '/devices/a')).status).toBe(200);
  });

  it('is gone when the gateway stops', async () => {
    await server?.close();
    expect(existsSync(socket)).toBe(false);
    server = undefined;
  });

  it('is refused with its cure where its path is too long for the system', async () => {
    const long = join(folder, 'x'.repeat(120));
    await expect(ControlServer.listen(long, routes, silentLog)).rejects.toMatchObject({
      code: 'gateway.socket-failed',
    });
  });
});

describe('a call', () => {
  it('is given the groups of its path and its query', async () => {
    expect(await call('GET', '/devices/gate%201?raw=true')).toEqual({
      status: 200,
      body: { id: 'gate 1', raw: 'true' },
    });
  });

  it('of an unknown route, or with another method, is not found', async () => {
    expect(await call('GET', '/doors')).toMatchObject({ status: 404, body: { code: 'subject.not-found' } });
    expect(await call('DELETE', '/devices/a')).toMatchObject({ status: 404 });
  });

  it('with a body that is no JSON, or has another shape, is refused', async () => {
    expect(await call('POST', '/devices', '{')).toMatchObject({ status: 400, body: { code: 'input.invalid' } });
    const strange = await call('POST', '/devices', '{"id":"a","colour":"red"}');
    expect(strange).toMatchObject({ status: 400, body: { code: 'input.invalid' } });
    expect(strange.body['detail']).toContain('colour');
  });

  it('with a body over 1 MiB is refused before it is read to its end', async () => {
    expect(await call('POST', '/devices', ' '.repeat(1024 * 1024 + 1))).toMatchObject({
      status: 413,
      body: { code: 'input.too-large' },
    });
  });

  it('that fails unexpectedly is logged, and the gateway goes on', async () => {
    expect(await call('GET', '/broken')).toMatchObject({ status: 500, body: { code: 'internal.unexpected' } });
    expect(logged).toEqual(['a control call failed']);
    expect((await call('GET', '/devices/a')).status).toBe(200);
  });

  it('that is refused is no error of the gateway', async () => {
    await call('GET', '/doors');
    expect(logged).toEqual([]);
    expect(new AnGridError('subject.not-found', { op: 'x' }).retry).toBe('never');
  });
});
