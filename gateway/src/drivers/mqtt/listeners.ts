import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { AnGridError } from '@angrid/contract';
import { close, listen, secureOptions } from '../../bounds/listening.js';
import type { BoundAddress, BrokerSettings, ListenAddress, TlsMaterial } from './broker.js';
import type { Door, Visitor } from './door.js';

export interface Guest {
  readonly visitor: Visitor;
  /** Carries MQTT: the TCP socket itself, or TLS over it. */
  readonly socket: Socket;
  readonly encrypted: boolean;
}

/** Six hundred panels come back at once when a switch does. */
const BACKLOG = 1024;

export interface ListenerOptions {
  readonly settings: BrokerSettings;
  readonly tls: TlsMaterial;
  readonly door: Door;
  readonly onGuest: (guest: Guest) => void;
}

/** The TLS listener, and the plain one where the settings name an isolated network for it. */
export class Listeners {
  private readonly tls: TlsServer;
  private readonly plain: Server | undefined;

  /** Throws `config.missing-value` for a plain listener without the name of its network. */
  constructor(private readonly options: ListenerOptions) {
    this.tls = tlsServer(options);
    const { plain } = options.settings;
    if (plain && plain.network.trim() === '') {
      throw new AnGridError('config.missing-value', { op: 'mqtt.listen', subject: 'broker.plain.network' });
    }
    this.plain = plain && plainServer(options);
  }

  async open(): Promise<{ readonly tls: BoundAddress; readonly plain?: BoundAddress }> {
    const { settings } = this.options;
    const tls = await open(this.tls, settings.tls, 'broker.tls');
    if (!this.plain || !settings.plain) return { tls };
    try {
      return { tls, plain: await open(this.plain, settings.plain, 'broker.plain') };
    } catch (error) {
      await close(this.tls);
      throw error;
    }
  }

  /** Takes nobody in any more; resolves when the connections, which the door ends, are gone. */
  async close(): Promise<void> {
    await Promise.all([close(this.tls), this.plain && close(this.plain)]);
  }

  renew(tls: TlsMaterial): void {
    this.tls.setSecureContext(secureOptions(tls));
  }
}

function plainServer({ door, onGuest }: ListenerOptions): Server {
  return createServer((socket) => {
    const visitor = door.admit(socket);
    if (visitor) onGuest({ visitor, socket, encrypted: false });
  });
}

/** The door sees the TCP socket before TLS begins; the two are brought together by the peer's address and port. */
function tlsServer({ door, tls, onGuest }: ListenerOptions): TlsServer {
  const inHandshake = new Map<string, Visitor>();
  const server = createTlsServer(secureOptions(tls), (socket) => {
    const visitor = inHandshake.get(peerOf(socket));
    if (!visitor) return socket.destroy();
    inHandshake.delete(peerOf(socket));
    onGuest({ visitor, socket, encrypted: true });
  });
  server.prependListener('connection', (socket: Socket) => {
    const visitor = door.admit(socket);
    if (!visitor) return;
    const peer = peerOf(socket);
    inHandshake.set(peer, visitor);
    socket.once('close', () => {
      if (inHandshake.get(peer) === visitor) inHandshake.delete(peer);
    });
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress ?? ''}|${socket.remotePort ?? 0}`;
}

function open(server: Server, at: ListenAddress, subject: string): Promise<BoundAddress> {
  return listen(server, { ...at, backlog: BACKLOG }, { code: 'broker.listen-failed', op: 'mqtt.listen', subject });
}
