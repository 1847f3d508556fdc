import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { Clock } from '@angrid/runtime';
import { discoveryPlace, probeTypes, writeProbe } from './probe.js';

export interface Asking {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly signal: AbortSignal;
  /** Own IPv4 addresses, one an interface; each sends by itself. */
  readonly interfaces: readonly string[];
  /** Hosts that are asked one by one, from the first interface that can reach them; the group where it is empty. */
  readonly hosts: readonly string[];
  /** Where probes are listened for, at a host and in the group. */
  readonly port: number;
  /** Every datagram, unread; not after the promise is settled. */
  onReply(datagram: Buffer): void;
}

/** SOAP-over-UDP repeats a datagram, because nobody acknowledges one; the waits are multiplied by 0.5 to 1.5. */
const ROUNDS_MS = [0, 250, 500] as const;
const LISTEN_MS = 1_500;
/** So many unicast datagrams, then a pause: a switch drops what comes at once. */
const BURST = 32;
const BURST_PAUSE_MS = 10;
/** More than this is a flood, and is not read. */
const MAX_REPLIES = 4_096;

/** The IPv4 addresses of this machine, loopback included: each is the way out of one interface. */
export function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return [...new Set(all.filter(({ family }) => family === 'IPv4').map(({ address }) => address))];
}

/**
 * Sends probes and listens, about three seconds; answers how it knows its own probes again. An interface that cannot
 * send is left out. Ends early with the signal, then it says how far it came.
 */
export class Question {
  private readonly ids = new Set<string>();
  private replies = 0;
  /** Interfaces that took at least one datagram. */
  sentFrom = 0;

  /** True for the bare UUID of a probe of this question. */
  readonly asked = (messageId: string): boolean => this.ids.has(messageId);

  async ask(asking: Asking): Promise<void> {
    const sockets = await Promise.all(asking.interfaces.map((address) => openSocket(address)));
    const open = sockets.filter((socket) => socket !== undefined);
    try {
      for (const socket of open) socket.on('message', (datagram) => this.hear(datagram, asking));
      await this.send(open, asking);
      await asking.clock.sleep(LISTEN_MS, asking.signal);
    } catch (error) {
      if (!asking.signal.aborted) throw error;
    } finally {
      for (const socket of open) socket.close();
    }
  }

  private hear(datagram: Buffer, { onReply }: Asking): void {
    this.replies += 1;
    if (this.replies <= MAX_REPLIES) onReply(datagram);
  }

  /** A repeated datagram keeps its id, so that a camera may know it again. */
  private async send(sockets: readonly Socket[], { clock, signal, hosts, port }: Asking): Promise<void> {
    const probes = probeTypes.map((type) => this.newProbe(type));
    const targets = hosts.length === 0 ? [discoveryPlace.group] : hosts;
    const reached = new Set<Socket>();
    for (const wait of hosts.length === 0 ? ROUNDS_MS : ROUNDS_MS.slice(0, 2)) {
      await clock.sleep(wait * (0.5 + Math.random()), signal);
      for (const [index, host] of targets.entries()) {
        if (index % BURST === BURST - 1) await clock.sleep(BURST_PAUSE_MS, signal);
        for (const socket of sockets) {
          for (const probe of probes) socket.send(probe, port, host, (e) => e ?? reached.add(socket));
        }
      }
    }
    await clock.sleep(0, signal);
    this.sentFrom = reached.size;
  }

  private newProbe(type: (typeof probeTypes)[number]): Buffer {
    const id = randomUUID();
    this.ids.add(id);
    return writeProbe(id, type);
  }
}

/** Undefined for an interface that is going down, or takes no socket. */
function openSocket(address: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.on('error', () => resolve(undefined));
    socket.bind(0, address, () => {
      try {
        socket.setMulticastInterface(address);
        resolve(socket);
      } catch {
        socket.close();
        resolve(undefined);
      }
    });
  });
}
