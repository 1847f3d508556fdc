import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Secret } from '@angrid/runtime';
import type { ExternalLimits } from './limits.js';

export interface ExternalBrokerSettings {
  /** `mqtt://host:1883` or `mqtts://host:8883`. */
  readonly url: URL;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  /** The same for ever: the session at the broker has its name. */
  readonly clientId: string;
  /** PEM file of the CA that signed the broker's certificate; the system's own unless given. */
  readonly certificateAuthority?: string | undefined;
  /** PEM files of the gateway's own certificate, where the broker asks for one. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** Share group; the gateways of one group divide the messages among them. */
  readonly group?: string | undefined;
  readonly version: '5' | '3.1.1';
  /** How long the broker keeps the session of a gateway that is away; MQTT 5 only. */
  readonly sessionMs: number;
  /** Departures from `externalLimits`. */
  readonly limits?: Partial<ExternalLimits>;
}

export interface Place {
  readonly host: string;
  readonly port: number;
  readonly encrypted: boolean;
}

const PLAIN_PORT = 1883;
const TLS_PORT = 8883;

export function placeOf({ hostname, port, protocol }: URL): Place {
  const encrypted = protocol === 'mqtts:';
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: port === '' ? (encrypted ? TLS_PORT : PLAIN_PORT) : Number(port), encrypted };
}

/** A socket that is on its way. Files are read anew each time, so that renewed ones are used. */
export async function dial(settings: ExternalBrokerSettings): Promise<Socket> {
  const { host, port, encrypted } = placeOf(settings.url);
  const place = { host, port, noDelay: true };
  if (!encrypted) return connect(place);
  const { certificateAuthority, certificate, key } = settings;
  const [ca, cert, ownKey] = await Promise.all([certificateAuthority, certificate, key].map(contentOf));
  return connectTls({
    ...place,
    minVersion: 'TLSv1.2',
    servername: /^[\d.]+$|:/.test(host) ? '' : host,
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(ownKey && { key: ownKey }),
  });
}

async function contentOf(file: string | undefined): Promise<Buffer | undefined> {
  return file === undefined ? undefined : readFile(file);
}
