import type { FastifyReply, FastifyRequest } from 'fastify';
import '@fastify/cookie';

const COOKIE = 'angrid_leg';
const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** The secret of the browser that has answered with this link. */
export function holderOf(request: FastifyRequest): string | undefined {
  return request.cookies[COOKIE];
}

export interface Holding {
  readonly token: string;
  readonly holder: string;
  readonly until: Date;
}

/** Sent back to this link only; not readable by scripts. */
export function rememberHolder(request: FastifyRequest, reply: FastifyReply, { token, holder, until }: Holding): void {
  const secure = !(request.protocol === 'http' && LOOPBACK.has(request.ip));
  reply.setCookie(COOKIE, holder, {
    path: `/api/m/${token}`,
    httpOnly: true,
    sameSite: 'strict',
    secure,
    expires: until,
  });
}
