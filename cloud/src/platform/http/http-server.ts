import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastifyCookie from '@fastify/cookie';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ListenAddress } from '@angrid/runtime';
import type { FastifyInstance } from 'fastify';
import { v7 as uuid } from 'uuid';
import { setSecurityHeaders } from './security-headers.js';
import { serveWebFiles } from './web-files.js';

export interface HttpServerOptions {
  readonly app: DynamicModule;
  readonly tls: { readonly key: string; readonly cert: string };
  readonly listen: { readonly https: ListenAddress; readonly local?: ListenAddress | undefined };
  /** Folder of the built console. */
  readonly web: string;
}

export interface HttpServer {
  readonly https: AddressInfo;
  readonly local: AddressInfo | undefined;
  readonly server: FastifyInstance;
  /** New connections get this certificate from now on. */
  renew(tls: { readonly key: string; readonly cert: string }): void;
  close(): Promise<void>;
}

const JSON_BYTES = 256 * 1024;
const REQUEST_WITHIN_MS = 30_000;

/** HTTPS for everybody, and plain HTTP on a loopback address for this machine; both give the same answers. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const adapter = new FastifyAdapter({
    https: { ...options.tls, minVersion: 'TLSv1.2' },
    bodyLimit: JSON_BYTES,
    // A proxy is believed only where it stands on this machine.
    trustProxy: 'loopback',
    genReqId: () => uuid(),
    forceCloseConnections: true,
    requestTimeout: REQUEST_WITHIN_MS,
    routerOptions: { maxParamLength: 200 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(options.app, adapter, {
    logger: false,
    abortOnError: false,
    bufferLogs: false,
  });
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  server.addHook('onRequest', (request, reply, done) => {
    setSecurityHeaders(request, reply);
    done();
  });
  await server.register(fastifyCookie);
  await serveWebFiles(server, options.web);
  await app.init();
  await server.listen(options.listen.https);
  const local = options.listen.local && (await listenPlain(server, options.listen.local));
  return {
    https: addressOf(server.server),
    local: local && addressOf(local),
    server,
    renew: (tls) => {
      if ('setSecureContext' in server.server) (server.server as SecureServer).setSecureContext({ ...tls });
    },
    close: async () => {
      local?.close();
      local?.closeAllConnections();
      await app.close();
    },
  };
}

type SecureServer = Server & { setSecureContext(tls: { key: string; cert: string }): void };

async function listenPlain(server: FastifyInstance, address: ListenAddress): Promise<Server> {
  const plain = createServer((request, response) => server.routing(request, response));
  plain.requestTimeout = REQUEST_WITHIN_MS;
  await new Promise<void>((resolve, reject) => {
    plain.once('error', reject);
    plain.listen(address.port, address.host, resolve);
  });
  return plain;
}

function addressOf(server: { address(): AddressInfo | string | null }): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server listens on no port');
  return address;
}
