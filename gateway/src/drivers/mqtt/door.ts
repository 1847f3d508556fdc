import type { Socket } from 'node:net';
import type { Clock } from '@angrid/runtime';
import type { Counters } from './broker.js';
import type { Gate } from './gate.js';
import type { BrokerLimits } from './limits.js';
import type { CloseReason } from './reasons.js';

/** One TCP connection, from its accept to its close. */
export interface Visitor {
  readonly socket: Socket;
  readonly ip: string;
  readonly arrived: number;
  /** Until the panel is known; only unfinished visitors have a deadline and can be evicted. */
  unfinished: boolean;
  gate: Gate | undefined;
  /** Since when its gate is closed and only its last bytes are on the way. */
  leaving: number | undefined;
  /** Whether its end was counted before it had a gate, which counts from then on. */
  counted: boolean;
}

export interface DoorOptions {
  readonly limits: BrokerLimits;
  readonly clock: Clock;
  readonly counters: Counters;
}

const INSPECTION_MS = 250;

/**
 * Counts sockets, in all and by IP address, and watches deadlines. A newcomer who finds no room takes the place of the
 * unfinished visitor that has been there longest, of its own address first: somebody who opens sockets and says nothing
 * keeps nobody out.
 */
export class Door {
  private readonly visitors = new Set<Visitor>();
  private readonly perIp = new Map<string, Set<Visitor>>();
  private endInspections: () => void = () => undefined;

  constructor(private readonly options: DoorOptions) {}

  open(): void {
    this.endInspections = this.options.clock.every(INSPECTION_MS, () => this.inspect());
  }

  /** Lets a socket in, or closes it and returns undefined. */
  admit(socket: Socket): Visitor | undefined {
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    const ip = ipOf(socket);
    if (ip === undefined || !this.makeRoom(ip)) {
      socket.destroy();
      return undefined;
    }
    const visitor: Visitor = {
      socket,
      ip,
      arrived: this.options.clock.monotonic(),
      unfinished: true,
      gate: undefined,
      leaving: undefined,
      counted: false,
    };
    this.add(visitor);
    socket.once('close', () => {
      this.remove(visitor);
      if (!visitor.gate) this.count(visitor, 'tls-failed');
    });
    return visitor;
  }

  /** Ends every connection. */
  close(): void {
    this.endInspections();
    for (const visitor of this.visitors) this.dismiss(visitor, 'shutdown');
  }

  private makeRoom(ip: string): boolean {
    const { limits } = this.options;
    const neighbours = this.perIp.get(ip);
    if (neighbours && neighbours.size >= limits.socketsPerIp && !this.evict(neighbours)) {
      return this.turnAway('sockets-per-ip');
    }
    if (this.visitors.size < limits.sockets || this.evict(this.visitors)) return true;
    return this.turnAway('sockets');
  }

  private turnAway(reason: CloseReason): false {
    this.options.counters.count('mqtt_connections_closed', { reason });
    return false;
  }

  /** Sets stand in the order of arrival, so the first unfinished one is the oldest. */
  private evict(among: ReadonlySet<Visitor>): boolean {
    for (const visitor of among) {
      if (!visitor.unfinished) continue;
      this.remove(visitor);
      this.dismiss(visitor, 'evicted');
      return true;
    }
    return false;
  }

  private dismiss(visitor: Visitor, reason: CloseReason): void {
    if (visitor.gate) visitor.gate.refuse(reason);
    else this.count(visitor, reason);
    visitor.socket.destroy();
  }

  private count(visitor: Visitor, reason: CloseReason): void {
    if (visitor.counted) return;
    visitor.counted = true;
    this.options.counters.count('mqtt_connections_closed', { reason });
  }

  private inspect(): void {
    const { clock, limits } = this.options;
    const now = clock.monotonic();
    for (const visitor of this.visitors) {
      const since = visitor.leaving ?? (visitor.unfinished ? visitor.arrived : undefined);
      if (since === undefined) visitor.gate?.inspect(now);
      else if (now - since > limits.greetingMs - INSPECTION_MS) this.dismiss(visitor, 'greeting-timeout');
    }
  }

  private add(visitor: Visitor): void {
    this.visitors.add(visitor);
    const neighbours = this.perIp.get(visitor.ip);
    if (neighbours) neighbours.add(visitor);
    else this.perIp.set(visitor.ip, new Set([visitor]));
  }

  private remove(visitor: Visitor): void {
    this.visitors.delete(visitor);
    const neighbours = this.perIp.get(visitor.ip);
    neighbours?.delete(visitor);
    if (neighbours?.size === 0) this.perIp.delete(visitor.ip);
  }
}

/** The peer's address; IPv4 in its own form. Undefined where the peer is already gone. */
function ipOf(socket: Socket): string | undefined {
  return socket.remoteAddress?.replace(/^::ffff:/, '');
}
