import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { AnGridError } from '@angrid/contract';
import type { Clock } from '../clock/clock.js';
import { writeAtomically } from '../files/atomic-write.js';
import type { Validity } from './issue.js';
import { bundleOf, type KeyPair, keyPem, readBundle } from './key-pair.js';

export interface OwnCaOptions {
  /** Begins the name of the CA, and names the server: `AnGrid site`. */
  readonly name: string;
  /** Folder of the keys; made with mode 0700 where it is missing. */
  readonly folder: string;
  /** Names and IP addresses under which clients reach the server; 127.0.0.1 and localhost are always added. */
  readonly hosts: readonly string[];
  readonly clock: Pick<Clock, 'wall'>;
}

export interface OwnCertificates {
  /** PEM of the server's private key. */
  readonly key: string;
  /** PEM of the server certificate and, behind it, of the CA: who meets the server first can compare fingerprints. */
  readonly cert: string;
  /** PEM of the CA certificate: what a client is given to trust. */
  readonly ca: string;
  /** SHA-256 of the CA certificate, lower-case hexadecimal: what people compare. */
  readonly fingerprint: string;
  /** When the server certificate ends. */
  readonly expires: Date;
  /** True where this call made a new server certificate. */
  readonly renewed: boolean;
}

const DAY_MS = 86_400_000;
const CA_DAYS = 3650;
const SERVER_DAYS = 90;
const RENEW_BELOW_DAYS = 30;
/** A box without a battery clock may start long ago; nothing is issued as of a time before this one. */
const EARLIEST = new Date('2026-01-01T00:00:00Z').getTime();
const HOST_NAME = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\.[A-Za-z0-9]([A-Za-z0-9-]{0,62}))*$/;

/**
 * The certificates of a listener, from the folder or newly made: an own CA (ten years) and a server
 * certificate (90 days; made anew below 30, or when the hosts change). Call it at the start and once a day.
 *
 * `ca.pem` and `server.pem` hold key and certificate in one file each, so that a power cut never leaves half a
 * pair; `ca.crt` is the CA certificate alone, for the clients. All have mode 0600.
 * Throws `ca.unusable` where the CA cannot be read, and `config.invalid-value` for a host that is none.
 */
export async function ownCertificates(options: OwnCaOptions): Promise<OwnCertificates> {
  const hosts = [...new Set([...options.hosts.map(checkHost), '127.0.0.1', 'localhost'])];
  const now = Math.max(options.clock.wall(), EARLIEST);
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const ca = await loadCa(options, now);
  const path = join(options.folder, 'server.pem');
  const kept = await readServer(path);
  const good = kept !== undefined && serves(kept, ca, hosts) && daysLeft(kept, now) >= RENEW_BELOW_DAYS;
  const server = good
    ? kept
    : await (
        await issuing()
      ).issueServer(ca, { subject: options.name, names: hosts.map(generalName) }, lasting(SERVER_DAYS, now));
  if (!good) await writeAtomically(path, bundleOf(server));
  return {
    key: keyPem(server.key),
    cert: `${server.cert.toString()}${ca.cert.toString()}`,
    ca: ca.cert.toString(),
    fingerprint: ca.cert.fingerprint256.replaceAll(':', '').toLowerCase(),
    expires: new Date(server.cert.validTo),
    renewed: !good,
  };
}

/** The CA, made where the folder has none or its time ends. One that cannot be read is never replaced in silence. */
async function loadCa({ folder, name }: OwnCaOptions, now: number): Promise<KeyPair> {
  const path = join(folder, 'ca.pem');
  const bundle = await readIfThere(path);
  const kept = bundle === undefined ? undefined : readCa(bundle, path);
  if (kept && daysLeft(kept, now) >= SERVER_DAYS) return kept;
  const ca = await (await issuing()).issueCa(`${name} CA ${randomBytes(4).toString('hex')}`, lasting(CA_DAYS, now));
  await writeAtomically(path, bundleOf(ca));
  await writeAtomically(join(folder, 'ca.crt'), ca.cert.toString());
  return ca;
}

/** The library that writes certificates, loaded when one is to be written: four times a year. */
function issuing(): Promise<typeof import('./issue.js')> {
  return import('./issue.js');
}

function readCa(bundle: string, path: string): KeyPair {
  try {
    const pair = readBundle(bundle);
    if (pair.cert.ca) return pair;
  } catch (cause) {
    throw new AnGridError('ca.unusable', { op: 'ca.read', subject: path, cause });
  }
  throw new AnGridError('ca.unusable', {
    op: 'ca.read',
    subject: path,
    detail: 'not the certificate of a CA',
  });
}

/** The server's pair; undefined where there is none that can be read: it costs nothing to make another one. */
async function readServer(path: string): Promise<KeyPair | undefined> {
  const bundle = await readIfThere(path);
  if (bundle === undefined) return undefined;
  try {
    return readBundle(bundle);
  } catch {
    return undefined;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AnGridError('ca.unusable', { op: 'ca.read', subject: path, cause });
  }
}

/** True where the CA signed the certificate and it names every host. */
function serves({ cert }: KeyPair, ca: KeyPair, hosts: readonly string[]): boolean {
  if (!cert.checkIssued(ca.cert) || !cert.verify(ca.cert.publicKey)) return false;
  return hosts.every((host) => (isIP(host) ? cert.checkIP(host) : cert.checkHost(host)) !== undefined);
}

function daysLeft({ cert }: KeyPair, now: number): number {
  return (new Date(cert.validTo).getTime() - now) / DAY_MS;
}

/** Begins a day early, for clients whose clock is behind. */
function lasting(days: number, now: number): Validity {
  return { from: new Date(now - DAY_MS), to: new Date(now + days * DAY_MS) };
}

function checkHost(host: string): string {
  if (isIP(host) || HOST_NAME.test(host)) return host;
  throw new AnGridError('config.invalid-value', {
    op: 'ca.hosts',
    subject: host,
    detail: 'not a name or an IP address',
  });
}

function generalName(host: string): { type: 'ip' | 'dns'; value: string } {
  return { type: isIP(host) ? 'ip' : 'dns', value: host };
}
