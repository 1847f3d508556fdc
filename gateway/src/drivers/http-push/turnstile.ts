import type { Socket } from 'node:net';
import type { Counters } from './http-push.js';
import type { HttpLimits } from './limits.js';

interface Guest {
  readonly socket: Socket;
  readonly ip: string;
  /** Until a request on it has logged in; only strangers are turned out for somebody else. */
  stranger: boolean;
}

/**
 * Counts sockets, in all and by IP address. A newcomer who finds no room takes the place of the stranger that has been
 * there longest, of its own address first: somebody who opens sockets and says nothing keeps nobody out.
 */
export class Turnstile {
  private readonly guests = new Map<string, Guest>();
  private readonly perIp = new Map<string, number>();

  constructor(
    private readonly limits: Pick<HttpLimits, 'sockets' | 'socketsPerIp'>,
    private readonly counters: Counters,
  ) {}

  /** Lets a TCP connection in, or ends it. */
  admit(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const ip = ipOf(socket);
    if (ip === undefined || !this.makeRoom(ip)) {
      this.counters.count('http_connections_refused', { reason: 'sockets' });
      socket.destroy();
      return;
    }
    const peer = peerOf(socket);
    const guest: Guest = { socket, ip, stranger: true };
    this.guests.set(peer, guest);
    this.perIp.set(ip, (this.perIp.get(ip) ?? 0) + 1);
    socket.once('close', () => this.leave(peer, guest));
  }

  /** A request on the connection has logged in. */
  know(socket: Socket): void {
    const guest = this.guests.get(peerOf(socket));
    if (guest) guest.stranger = false;
  }

  /** Ends every connection. */
  clear(): void {
    for (const { socket } of [...this.guests.values()]) socket.destroy();
  }

  get size(): number {
    return this.guests.size;
  }

  private makeRoom(ip: string): boolean {
    const neighbours = this.perIp.get(ip) ?? 0;
    if (neighbours >= this.limits.socketsPerIp && !this.evict((guest) => guest.ip === ip)) return false;
    return this.guests.size < this.limits.sockets || this.evict(() => true);
  }

  private evict(among: (guest: Guest) => boolean): boolean {
    for (const [peer, guest] of this.guests) {
      if (!guest.stranger || !among(guest)) continue;
      this.counters.count('http_connections_refused', { reason: 'evicted' });
      this.leave(peer, guest);
      guest.socket.destroy();
      return true;
    }
    return false;
  }

  private leave(peer: string, guest: Guest): void {
    if (this.guests.get(peer) !== guest) return;
    this.guests.delete(peer);
    const left = (this.perIp.get(guest.ip) ?? 1) - 1;
    if (left > 0) this.perIp.set(guest.ip, left);
    else this.perIp.delete(guest.ip);
  }
}

/** The peer's address; IPv4 in its own form. Undefined where the peer is already gone. */
export function ipOf(socket: Socket): string | undefined {
  return socket.remoteAddress?.replace(/^::ffff:/, '');
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress ?? ''}|${socket.remotePort ?? 0}`;
}
