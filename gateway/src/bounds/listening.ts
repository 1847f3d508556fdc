import type { Server } from 'node:net';
import { AnGridError, type ErrorCode } from '@angrid/contract';
import type { ListenAddress } from '@angrid/runtime';

/** Private key and certificate of a listener, PEM. */
export interface Credentials {
  readonly key: string;
  readonly cert: string;
}

export function secureOptions({ key, cert }: Credentials) {
  return { key, cert, minVersion: 'TLSv1.2' } as const;
}

export interface ListenFailure {
  readonly code: ErrorCode;
  readonly op: string;
  /** The setting that the address is from. */
  readonly subject: string;
}

/** Opens a listener and tells the port that it got. Throws `failure` where the address cannot be had. */
export function listen(
  server: Server,
  at: ListenAddress & { readonly backlog: number },
  failure: ListenFailure,
): Promise<{ readonly host: string; readonly port: number }> {
  const { code, ...where } = failure;
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error): void => reject(new AnGridError(code, { ...where, detail: cause.message, cause }));
    server.once('error', refuse);
    server.listen(at, () => {
      server.off('error', refuse);
      const bound = server.address();
      resolve({ host: at.host, port: typeof bound === 'object' && bound ? bound.port : at.port });
    });
  });
}

/** Resolves when the last connection is gone. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
