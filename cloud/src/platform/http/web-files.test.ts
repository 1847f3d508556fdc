import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { serveWebFiles } from './web-files.js';

let folder: string;
let server: FastifyInstance;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'angrid-web-'));
  await writeFile(path.join(folder, '..', `${path.basename(folder)}.secret`), 'outside');
  server = fastify();
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
  await rm(`${folder}.secret`, { force: true });
});

async function build(): Promise<void> {
  await mkdir(path.join(folder, 'assets'));
  await writeFile(path.join(folder, 'index.html'), '<title>console</title>');
  await writeFile(path.join(folder, 'assets', 'main-1a2b.js'), 'export {};');
  await serveWebFiles(server, folder);
}

interface Answer {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** With the path as it is written: `fetch` would tidy it. */
async function get(url: string): Promise<Answer> {
  const { port } = (server.server.address() ?? (await listening())) as AddressInfo;
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: url };
    request(options, async (answer) => {
      let body = '';
      for await (const part of answer) body += String(part);
      resolve({ statusCode: answer.statusCode ?? 0, headers: answer.headers, body });
    })
      .on('error', reject)
      .end();
  });
}

async function listening(): Promise<ReturnType<FastifyInstance['server']['address']>> {
  await server.listen({ host: '127.0.0.1', port: 0 });
  return server.server.address();
}

describe('the built console', () => {
  it('is index.html at its root and at every address of its pages', async () => {
    await build();
    for (const url of ['/', '/incidents/0199', '/notice/east', '/setup?x=1']) {
      const answer = await get(url);
      expect([url, answer.statusCode, answer.body]).toEqual([url, 200, '<title>console</title>']);
      expect(answer.headers['cache-control']).toBe('no-cache');
    }
  });

  it('lets assets be kept, because their names change with their content', async () => {
    await build();
    const answer = await get('/assets/main-1a2b.js');
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  it('answers 404 for a file that is not there, and for the API', async () => {
    await build();
    for (const url of ['/assets/gone.js', '/api/unknown', '/v1/unknown', '/api']) {
      expect([url, (await get(url)).statusCode]).toEqual([url, 404]);
    }
  });

  it('gives nothing from outside of its folder', async () => {
    await build();
    const secret = `${path.basename(folder)}.secret`;
    for (const url of [`/../${secret}`, `/%2e%2e/${secret}`, `/..%2f${secret}`, `/assets/..%2f..%2f${secret}`]) {
      expect((await get(url)).body).not.toContain('outside');
    }
  });

  it('says what to do where it has not been built', async () => {
    await serveWebFiles(server, path.join(folder, 'missing'));
    const answer = await get('/');
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain('npm run build:web');
  });
});
