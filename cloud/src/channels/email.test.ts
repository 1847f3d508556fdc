import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ownCertificates, Secret, SystemClock } from '@angrid/runtime';
import { SMTPServer } from 'smtp-server';
import { sampleCard, sampleTarget } from '../../testing/channel-samples.js';
import { emailChannel } from './email.js';

let folder: string;
let server: SMTPServer;
let authority: string;
let mails: string[];
let secured: boolean[];
const AT = new Date('2026-03-01T02:03:00Z');

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'angrid-mail-'));
  const own = await ownCertificates({ name: 'mail', folder, hosts: ['localhost'], clock: new SystemClock() });
  authority = own.ca;
  [mails, secured] = [[], []];
  server = new SMTPServer({
    ...{ key: own.key, cert: own.cert, authOptional: false, logger: false },
    onAuth: ({ username, password }, _session, done) =>
      username === 'angrid' && password === 'right' ? done(null, { user: 'angrid' }) : done(new Error('no')),
    onRcptTo: ({ address }, _session, done) => {
      const gone = Object.assign(new Error('no such mailbox'), { responseCode: 550 });
      done(address.startsWith('gone') ? gone : null);
    },
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        mails.push(Buffer.concat(parts).toString('utf8'));
        secured.push(session.secure);
        done(null);
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await new Promise<void>((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

function channel(changes: { password?: string; authority?: string | undefined } = {}) {
  const { port } = server.server.address() as AddressInfo;
  return emailChannel({
    url: new URL(`smtp://localhost:${port}`),
    ...{ from: 'AnGrid <angrid@example.org>', user: 'angrid', authority, ...changes },
    password: new Secret(changes.password ?? 'right'),
  });
}
const card = sampleCard({}, 'https://cloud.example.org/m/token');
const to = (address: string) => sampleTarget('email', `mailto:${encodeURIComponent(address)}`);

describe('a mail', () => {
  it('goes out by TLS, with place, kind, age and link, and an id that shows a repeated one', async () => {
    expect(await channel().send([card], to('duty@example.org'), AT)).toMatchObject({
      state: 'delivered',
      receipt: { status: 250 },
    });
    expect(secured).toEqual([true]);
    expect(mails[0]).toContain('Message-ID: <leg-1@localhost>');
    const [, body = ''] = (mails[0] ?? '').split(/\r\n\r\n/);
    const text = Buffer.from(body, 'base64').toString('utf8');
    for (const word of ['锦绣小区', '东门', '3 分钟前', '/m/token']) expect(text).toContain(word);
  });

  it('is sent to no server that cannot prove who it is', async () => {
    expect(await channel({ authority: undefined }).send([card], to('duty@example.org'), AT)).toMatchObject({
      state: 'refused',
      retry: 'later',
    });
    expect(mails).toEqual([]);
  });

  it('ends where the mailbox is none', async () => {
    expect(await channel().send([card], to('gone@example.org'), AT)).toMatchObject({ state: 'gone' });
  });

  it('is tried again where the sign-in failed, which somebody can cure', async () => {
    expect(await channel({ password: 'wrong' }).send([card], to('duty@example.org'), AT)).toMatchObject({
      state: 'refused',
      retry: 'later',
      receipt: { status: 535 },
    });
  });
});
