import { type AddressInfo, createServer, type Server } from 'node:net';
import { once } from 'node:events';
import type { Clock, Log } from '@angrid/runtime';
import type { DigestGuard } from '../auth/digest.js';
import type { LiveVideo } from '../video/live-video.js';
import { RtspConnection } from './rtsp-connection.js';

export interface RtspServerOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Streams by path, as `/stream`. */
  readonly streams: ReadonlyMap<string, LiveVideo>;
  readonly guard: DigestGuard;
  readonly clock: Clock;
  readonly log: Log;
  /** While it is true nothing is sent and nothing is answered. */
  readonly stalled: () => boolean;
  /** Called for each request without a valid credential; the first request of every client is one. */
  readonly onRefused: () => void;
}

/** RTSP 1.0 with RTP interleaved in its TCP connections; UDP is answered with 461. */
export class RtspServer {
  private readonly connections = new Set<RtspConnection>();

  private constructor(private readonly server: Server) {}

  static async start(options: RtspServerOptions): Promise<RtspServer> {
    const server = createServer();
    const rtsp = new RtspServer(server);
    server.on('connection', (socket) => {
      const connection = new RtspConnection(socket, options);
      rtsp.connections.add(connection);
      socket.on('close', () => rtsp.connections.delete(connection));
    });
    server.listen(options.port, options.host);
    await once(server, 'listening');
    return rtsp;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get clients(): number {
    return this.connections.size;
  }

  /** Closes every connection, as a camera that loses its power. */
  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const connection of this.connections) connection.close();
    await closed;
  }
}
