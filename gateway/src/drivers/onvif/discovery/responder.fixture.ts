import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readXml, textAt } from '../soap/xml.js';
import type { ProbeAnswer } from './probe.js';

/** A ProbeMatches datagram with these answers. */
export function matchesDatagram(relatesTo: string, answers: readonly ProbeAnswer[]): string {
  const matches = answers.map(
    ({ urn, xaddrs, scopes }) =>
      `<d:ProbeMatch><a:EndpointReference><a:Address>${urn}</a:Address></a:EndpointReference>` +
      `<d:Scopes>${scopes.join(' ')}</d:Scopes>${xaddrs.length > 0 ? `<d:XAddrs>${xaddrs.join(' ')}</d:XAddrs>` : ''}` +
      '</d:ProbeMatch>',
  );
  return (
    '<?xml version="1.0"?><s:Envelope xmlns:s="urn:s" xmlns:a="urn:a" xmlns:d="urn:d">' +
    `<s:Header><a:RelatesTo>${relatesTo}</a:RelatesTo></s:Header>` +
    `<s:Body><d:ProbeMatches>${matches.join('')}</d:ProbeMatches></s:Body></s:Envelope>`
  );
}

/** A device on a loopback address that answers unicast probes as the test says. */
export class ProbeResponder {
  probes = 0;

  private constructor(private readonly socket: Socket) {}

  static async start(answers: (probeId: string) => readonly string[]): Promise<ProbeResponder> {
    const socket = createSocket('udp4');
    const responder = new ProbeResponder(socket);
    socket.on('message', (datagram, { port, address }) => {
      responder.probes += 1;
      const id = textAt(readXml(datagram.toString()), 'Header', 'MessageID') ?? '';
      for (const answer of answers(id)) socket.send(answer, port, address);
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return responder;
  }

  get port(): number {
    return this.socket.address().port;
  }

  async stop(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }
}
