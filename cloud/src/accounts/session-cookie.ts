import type { FastifyReply, FastifyRequest } from 'fastify';
import '@fastify/cookie';
import { SESSION_COOKIE, SESSION_HOURS } from './sessions.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Not readable by scripts, never sent by other sites, and only over TLS unless browser and cloud are one machine. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  reply.setCookie(SESSION_COOKIE, token, { ...attributes(request), maxAge: SESSION_HOURS * 3600 });
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(SESSION_COOKIE, attributes(request));
}

function attributes(request: FastifyRequest): { path: string; httpOnly: true; sameSite: 'strict'; secure: boolean } {
  const plainOnThisMachine = request.protocol === 'http' && LOOPBACK.has(request.ip);
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: !plainOnThisMachine };
}
