import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../index.js';
import { ownCertificates, type OwnCertificates } from './own-ca.js';

const DAY_MS = 86_400_000;

let folder: string;
let clock: VirtualClock;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'site-ca-')), 'pki');
  clock = new VirtualClock('2026-06-01T00:00:00Z');
});

afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const hosts = ['gateway.local', '192.168.8.2'];
const certificates = (names = hosts): Promise<OwnCertificates> =>
  ownCertificates({ name: 'AnGrid test', folder, hosts: names, clock });

describe('the site CA', () => {
  it('signs a server certificate for the configured hosts and this machine', async () => {
    const { cert, ca } = await certificates();
    const server = new X509Certificate(cert);
    expect(server.verify(new X509Certificate(ca).publicKey)).toBe(true);
    expect(server.ca).toBe(false);
    expect(server.subjectAltName?.split(', ').sort()).toEqual([
      'DNS:gateway.local',
      'DNS:localhost',
      'IP Address:127.0.0.1',
      'IP Address:192.168.8.2',
    ]);
    expect(server.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  });

  it('lasts ten years and its server certificate 90 days, both from the day before', async () => {
    const { cert, ca, expires } = await certificates();
    const days = (pem: string): number =>
      (new Date(new X509Certificate(pem).validTo).getTime() - new Date(new X509Certificate(pem).validFrom).getTime()) /
      DAY_MS;
    expect(days(ca)).toBe(3651);
    expect(days(cert)).toBe(91);
    expect(expires.toISOString()).toBe('2026-08-30T00:00:00.000Z');
  });

  it('is trusted by a TLS client that has only the CA certificate', async () => {
    const pki = await ownCertificates({
      name: 'AnGrid test',
      folder,
      hosts,
      clock: { wall: () => new Date().getTime() },
    });
    const server = createServer({ key: pki.key, cert: pki.cert }, (socket) => socket.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, ca: pki.ca, servername: 'gateway.local' });
      socket.once('data', (data) => resolve(data.toString()));
      socket.once('error', reject);
    });
    await new Promise((resolve) => server.close(resolve));
    expect(answer).toBe('hello');
  });

  it('gives the same certificates again, and says that nothing is new', async () => {
    const first = await certificates();
    expect(first.renewed).toBe(true);
    expect(await certificates()).toEqual({ ...first, renewed: false });
  });

  it('renews the server certificate below 30 days and keeps the CA', async () => {
    const first = await certificates();
    await clock.advance(60 * DAY_MS);
    expect((await certificates()).cert).toBe(first.cert);
    await clock.advance(1 * DAY_MS);
    const second = await certificates();
    expect(second).toMatchObject({ renewed: true, ca: first.ca, fingerprint: first.fingerprint });
    expect(second.cert).not.toBe(first.cert);
    expect(second.expires.toISOString()).toBe('2026-10-30T00:00:00.000Z');
  });

  it('makes a new server certificate when a host is added', async () => {
    const first = await certificates();
    const second = await certificates([...hosts, '10.0.0.7']);
    expect(second).toMatchObject({ renewed: true, ca: first.ca });
    expect(new X509Certificate(second.cert).checkIP('10.0.0.7')).toBe('10.0.0.7');
  });

  it('keeps its keys in files that only their owner reads', async () => {
    await certificates();
    const modes = await Promise.all(
      ['.', 'ca.pem', 'ca.crt', 'server.pem'].map(async (name) => (await stat(join(folder, name))).mode & 0o777),
    );
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600]);
  });

  it('gives panels a CA file without its key', async () => {
    const { ca, fingerprint } = await certificates();
    expect(await readFile(join(folder, 'ca.crt'), 'utf8')).toBe(ca);
    expect(ca).not.toContain('PRIVATE KEY');
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['cut short', (bundle: string) => bundle.slice(0, 100)],
    ['empty', () => ''],
    ['without its certificate', (bundle: string) => bundle.slice(0, bundle.indexOf('-----BEGIN CERT'))],
  ])('refuses to replace a CA file that is %s', async (_name, damage) => {
    await certificates();
    const path = join(folder, 'ca.pem');
    const damaged = damage(await readFile(path, 'utf8'));
    await writeFile(path, damaged);
    await expect(certificates()).rejects.toMatchObject({ code: 'ca.unusable' });
    expect(await readFile(path, 'utf8')).toBe(damaged);
  });

  it('refuses a server certificate in the place of the CA', async () => {
    await certificates();
    await writeFile(join(folder, 'ca.pem'), await readFile(join(folder, 'server.pem')));
    await expect(certificates()).rejects.toMatchObject({ code: 'ca.unusable' });
  });

  it('replaces a server file that cannot be read', async () => {
    const first = await certificates();
    await writeFile(join(folder, 'server.pem'), 'nothing of use');
    expect(await certificates()).toMatchObject({ renewed: true, ca: first.ca });
  });

  it('issues nothing for the year 1970 when the box has lost its clock', async () => {
    clock = new VirtualClock(0);
    const { cert } = await certificates();
    expect(new X509Certificate(cert).validFrom).toBe('Dec 31 00:00:00 2025 GMT');
  });

  it.each(['', 'a b', '*.local', 'x'.repeat(300), 'host,IP:1.2.3.4', '-a'])('refuses %j as a host', async (host) => {
    await expect(certificates([host])).rejects.toMatchObject({ code: 'config.invalid-value' });
  });
});
