import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { silentLog, SystemClock } from '@angrid/runtime';
import { connectAsync } from 'mqtt';
import { issueCa, issueServer } from '@angrid/runtime/certificates/issue';
import { createBroker } from './aedes-broker.js';
import { tlsMaterial } from '../driver.fixture.js';
import { account, PASSWORD, RawPanel, TestCounters, TestSink } from './broker.fixture.js';
import type { Broker, BrokerSettings, TlsMaterial } from './broker.js';
import { connect } from './packets.fixture.js';

const counters = new TestCounters();
const clock = new SystemClock();
const brokers: Broker[] = [];

afterEach(async () => {
  for (const broker of brokers.splice(0)) await broker.stop();
});

async function brokerWith(settings: Partial<BrokerSettings> = {}, tls?: TlsMaterial): Promise<Broker> {
  const broker = createBroker({
    sink: new TestSink(),
    directory: { find: async (username) => (username === 'A' ? account('A') : undefined) },
    settings: { tls: { host: '127.0.0.1', port: 0 }, ...settings },
    tls: tls ?? (await tlsMaterial()),
    ...{ clock, log: silentLog, counters },
    stamp: () => ({ wall: '2026-01-01T00:00:00.000Z', monotonicMs: 0, boot: 'boot-1' }),
    onRefused: () => undefined,
  });
  brokers.push(broker);
  return broker;
}

describe('the listeners', () => {
  it('are TLS alone where nothing else is configured', async () => {
    const broker = await brokerWith();
    const { tls, plain } = await broker.start();
    expect(plain).toBeUndefined();
    const panel = await RawPanel.tcp(tls);
    panel.send(connect({ clientId: 'A', username: 'A', password: PASSWORD }));
    await panel.closed;
    expect(panel.unread.map((frame) => frame[0])).not.toContain(0x20);
    await counters.reachedClosed('tls-failed');
  });

  it('serve a panel over TLS that trusts the site CA, and one that does not turns away', async () => {
    const broker = await brokerWith();
    const { tls } = await broker.start();
    const { ca } = await tlsMaterial();
    const address = { protocol: 'mqtts' as const, host: tls.host, port: tls.port };
    const login = { clientId: 'A', username: 'A', password: PASSWORD, reconnectPeriod: 0 };
    const client = await connectAsync({ ...address, ...login, ca });
    await client.publishAsync('panel/A/rec', '{}', { qos: 1 });
    expect(broker.sessions()).toMatchObject([{ deviceId: 'A', encrypted: true }]);
    await client.endAsync();
    await expect(connectAsync({ ...address, ...login })).rejects.toThrow(/certificate/);
  });

  it('speak no TLS before 1.2', async () => {
    const { tls } = await (await brokerWith()).start();
    const { ca } = await tlsMaterial();
    const refused = new Promise((resolve) => {
      connectTls({ ...tls, ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }).once(
        'error',
        resolve,
      );
    });
    expect(await refused).toMatchObject({ code: expect.stringMatching(/^E/) });
  });

  it.each(['', '  '])('refuse to be plain for a network without a name (%j)', async (network) => {
    await expect(brokerWith({ plain: { host: '127.0.0.1', port: 0, network } })).rejects.toMatchObject({
      code: 'config.missing-value',
      subject: 'broker.plain.network',
    });
  });

  it('say which port is taken, and leave none open', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const broker = await brokerWith({ plain: { host: '127.0.0.1', port, network: 'panels' } });
    await expect(broker.start()).rejects.toMatchObject({ code: 'broker.listen-failed', subject: 'broker.plain' });
    await new Promise((resolve) => holder.close(resolve));
  });

  it('use a renewed certificate for the next connection', async () => {
    const broker = await brokerWith();
    const { tls } = await broker.start();
    const validity = { from: new Date(clock.wall() - 1000), to: new Date(clock.wall() + 1_000_000) };
    const ca = await issueCa('renewed', validity);
    const server = await issueServer(
      ca,
      { subject: 'AnGrid test', names: [{ type: 'ip', value: '127.0.0.1' }] },
      validity,
    );
    const key = server.key.export({ type: 'pkcs8', format: 'pem' }).toString();
    broker.renew({ key, cert: server.cert.toString(), ca: ca.cert.toString() });
    const panel = await RawPanel.tls({ ...tls, ca: ca.cert.toString() });
    panel.send(connect({ clientId: 'A', username: 'A', password: PASSWORD }));
    expect((await panel.next())[3]).toBe(0);
    panel.close();
  });
});
