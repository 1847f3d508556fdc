import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.txt': 'text/plain; charset=utf-8',
};

const MISSING_PAGE = `<!doctype html><meta charset="utf-8"><title>AnGrid</title>
<h1>AnGrid 安格</h1>
<p>控制台页面尚未构建：请运行 <code>npm run build:web</code> 后重新启动。</p>
<p>The console has not been built: run <code>npm run build:web</code> and start again.</p>`;

const MOST_FILES = 5000;

/**
 * Serves the built console of `folder`. Only files that were there at the start are served, by name: no path of a
 * request ever reaches the file system. Any other address is a page of the console and gets `index.html`.
 */
export async function serveWebFiles(server: FastifyInstance, folder: string): Promise<void> {
  const files = await filesOf(folder);
  server.get('/*', { exposeHeadRoute: true }, (request: FastifyRequest, reply: FastifyReply) => {
    const name = decodedPath(request.url);
    if (/^\/(api|v1)(\/|$)/.test(name)) return reply.callNotFound();
    const file = files.get(name) ?? (path.extname(name) === '' ? files.get('/index.html') : undefined);
    if (file !== undefined) return send(reply, file);
    if (files.has('/index.html')) return reply.callNotFound();
    return reply.status(503).type('text/html; charset=utf-8').send(MISSING_PAGE);
  });
}

/** Vite puts a hash into the names of its assets: those never change. */
function send(reply: FastifyReply, file: string): FastifyReply {
  const isAsset = path.basename(path.dirname(file)) === 'assets';
  return reply
    .type(types[path.extname(file)] ?? 'application/octet-stream')
    .header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache')
    .send(createReadStream(file));
}

function decodedPath(url: string): string {
  const [encoded = '/'] = url.split('?');
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

async function filesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const name of names.slice(0, MOST_FILES)) {
    const file = path.join(folder, name);
    if ((await stat(file)).isFile()) files.set(`/${name.split(path.sep).join('/')}`, file);
  }
  const index = files.get('/index.html');
  if (index !== undefined) files.set('/', index);
  return files;
}
