import { once } from 'node:events';
import { connect as connectTcp, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';

export interface CameraAddress {
  readonly camera: string;
  /** rtsp:// or rtsps://, checked, without user and password. */
  readonly url: URL;
  /** The address that the host of the URL resolved to; nothing else is connected to. */
  readonly address: string;
  readonly clock: Clock;
  readonly connectMs: number;
  /** Takes what comes instead of 'data' events. */
  readonly onread?: OnReadOpts;
}

const DEFAULT_PORT: Readonly<Record<string, number>> = { 'rtsp:': 554, 'rtsps:': 322 };

/** A TCP or TLS connection that is up. Cameras have self-made certificates: Digest keeps the password from a listener. */
export async function connectCamera(to: CameraAddress): Promise<Socket> {
  const { camera, url, address, clock, connectMs, onread } = to;
  const port = Number(url.port) || (DEFAULT_PORT[url.protocol] ?? 554);
  const target = { host: address, port, noDelay: true, ...(onread ? { onread } : {}) };
  const secure = url.protocol === 'rtsps:';
  const socket = secure ? connectTls({ ...target, rejectUnauthorized: false }) : connectTcp(target);
  socket.on('error', () => socket.destroy());
  const timeout = new AbortController();
  const cancel = clock.after(connectMs, () => timeout.abort());
  try {
    await once(socket, secure ? 'secureConnect' : 'connect', { signal: timeout.signal });
    return socket;
  } catch (cause) {
    socket.destroy();
    const detail = timeout.signal.aborted ? `no answer within ${connectMs} ms` : (cause as Error).message;
    throw new AnGridError('media.stream-unreachable', { op: 'rtsp.connect', subject: camera, detail, cause });
  } finally {
    cancel();
  }
}
