import { randomUUID } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import type { Log } from '@angrid/runtime';
import type { CameraIdentity } from '../identity.js';
import { matches, parseProbe, probeMatches } from './probe.js';

const GROUP = '239.255.255.250';
const MULTICAST_PORT = 3702;

export interface DiscoveryOptions {
  /** The address that the unicast socket is bound to, and from which all answers come. */
  readonly host: string;
  /** Port for unicast probes; 0 takes a free one. */
  readonly port: number;
  /** Whether it also listens to multicast probes on all interfaces. */
  readonly multicast: boolean;
  readonly identity: CameraIdentity;
  readonly xaddrs: readonly string[];
  readonly log: Log;
  readonly stalled: () => boolean;
}

/**
 * Answers WS-Discovery probes. Each camera has its own socket on the group's port: the system gives every
 * one of them a copy of a multicast datagram. A camera on a loopback address answers only this machine.
 */
export class WsDiscovery {
  private constructor(
    private readonly unicast: Socket,
    private readonly multicast: Socket | undefined,
  ) {}

  static async start(options: DiscoveryOptions): Promise<WsDiscovery> {
    const unicast = createSocket('udp4');
    unicast.bind(options.port, options.host);
    await once(unicast, 'listening');
    const multicast = options.multicast ? await joinGroup(options.log) : undefined;
    const discovery = new WsDiscovery(unicast, multicast);
    for (const socket of [unicast, multicast]) {
      socket?.on('message', (datagram, from) => discovery.answer(options, datagram, from));
      socket?.on('error', (error) => options.log.debug({ error: error.message }, 'discovery socket failed'));
    }
    return discovery;
  }

  /** The port that takes unicast probes. */
  get port(): number {
    return this.unicast.address().port;
  }

  async stop(): Promise<void> {
    for (const socket of [this.unicast, this.multicast]) {
      if (!socket) continue;
      socket.close();
      await once(socket, 'close');
    }
  }

  private answer(options: DiscoveryOptions, datagram: Buffer, from: RemoteInfo): void {
    const probe = parseProbe(datagram);
    if (!probe || !matches(probe, options.identity) || options.stalled()) return;
    if (options.host.startsWith('127.') && !ownAddresses().includes(from.address)) return;
    const messageId = `urn:uuid:${randomUUID()}`;
    const reply = probeMatches({ ...options, messageId, relatesTo: probe.messageId });
    this.unicast.send(reply, from.port, from.address, (error) => {
      if (error) options.log.debug({ error: error.message, to: from.address }, 'probe match not sent');
    });
  }
}

/** Bound to the group's address, so that it gets nothing but the group's datagrams. */
async function joinGroup(log: Log): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.bind(MULTICAST_PORT, GROUP);
  await once(socket, 'listening');
  for (const address of ownAddresses()) {
    try {
      socket.addMembership(GROUP, address);
    } catch (error) {
      log.debug({ address, error: String(error) }, 'no multicast on this interface');
    }
  }
  return socket;
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address }) => address);
}
