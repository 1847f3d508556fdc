import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@angrid/runtime';
import { account, PASSWORD, type TestSite, testSite } from './broker.fixture.js';
import {
  connect,
  type ConnectFields,
  packet,
  pingreq,
  pingresp,
  puback,
  publish,
  subscribe,
  unsubscribe,
} from './packets.fixture.js';

let site: TestSite;

beforeEach(async () => {
  site = await testSite();
});

afterEach(() => site.stop());

const right = { clientId: 'A', username: 'A', password: PASSWORD };

async function connackCode(fields: Partial<ConnectFields>): Promise<number | undefined> {
  const panel = await site.dial();
  panel.send(connect(fields));
  const answer = await panel.next();
  return answer[3];
}

describe('the log-in', () => {
  it.each<[string, Partial<ConnectFields>, number, string]>([
    ['a wrong password', { ...right, password: 'wrong' }, 4, 'bad-credentials'],
    ['an empty password', { ...right, password: '' }, 4, 'bad-credentials'],
    ['no password', { ...right, password: undefined }, 4, 'bad-credentials'],
    ['an unknown user', { ...right, username: 'nobody' }, 4, 'bad-credentials'],
    ['the password of nobody', { clientId: 'A', username: '', password: '' }, 4, 'bad-credentials'],
    ['no user at all', { clientId: 'A' }, 4, 'bad-credentials'],
    ['a hash as the password', { ...right, password: account('A').passwordHash }, 4, 'bad-credentials'],
    ['a user named like a built-in property', { ...right, username: '__proto__' }, 4, 'bad-credentials'],
    ['an empty client id', { ...right, clientId: '' }, 2, 'client-id'],
    ['a client id with a wildcard', { ...right, clientId: 'A+' }, 2, 'client-id'],
    ['a client id with a level', { ...right, clientId: 'A/B' }, 2, 'client-id'],
    ['a client id of 65 characters', { ...right, clientId: `A-${'x'.repeat(63)}` }, 2, 'client-id'],
    ['the client id of another panel', { ...right, clientId: 'B' }, 5, 'client-id'],
    ['a client id that only begins like its own', { ...right, clientId: 'AB' }, 5, 'client-id'],
  ])('refuses %s', async (_what, fields, code, reason) => {
    expect(await connackCode(fields)).toBe(code);
    await site.counters.reachedClosed(reason);
    expect(site.presences).toEqual([]);
  });

  it.each(['A', 'A-1', 'A_face', `A-${'x'.repeat(62)}`])('takes the client id %s of panel A', async (clientId) => {
    expect(await connackCode({ ...right, clientId })).toBe(0);
  });

  it('takes the id that the vendor gave the panel, and the user name, as client ids', async () => {
    site.accounts.set('user-1', account('device-1', { vendorId: '1305433' }));
    for (const clientId of ['user-1', 'device-1', '1305433', '1305433_2']) {
      expect(await connackCode({ username: 'user-1', password: PASSWORD, clientId })).toBe(0);
    }
  });

  it('speaks MQTT 3.1 as well, and refuses version 5 before anything of it is read', async () => {
    expect(await connackCode({ ...right, protocol: 'MQIsdp', level: 3 })).toBe(0);
    const modern = await site.dial();
    modern.send(connect({ ...right, level: 5 }));
    expect(await modern.next()).toEqual(packet(0x20, Buffer.from([0, 1])));
    await modern.closed;
    expect(site.counters.closed('protocol-version')).toBe(1);
  });

  it('answers 3 where the accounts cannot be read', async () => {
    await site.stop();
    site = await testSite({ find: () => Promise.reject(new Error('disk')) });
    expect(await connackCode(right)).toBe(3);
    await site.counters.reachedClosed('directory-failed');
  });

  it('answers 3 where the profile of the panel has a pattern that is none', async () => {
    site.accounts.set('A', account('A', { publish: ['panel/#/rec'] }));
    expect(await connackCode(right)).toBe(3);
  });

  it('answers 3 where the id of the panel would widen its patterns', async () => {
    site.accounts.set('A', account('A', { vendorId: '+' }));
    expect(await connackCode(right)).toBe(3);
  });
});

describe('failed log-ins', () => {
  it('get no answer beyond their rate, while the right password from the same address does', async () => {
    await site.stop();
    const clock = new VirtualClock();
    site = await testSite({ clock, limits: { failures: 2, failuresPerMinute: 6 } });
    expect(await connackCode({ ...right, password: 'x1' })).toBe(4);
    expect(await connackCode({ ...right, password: 'x2' })).toBe(4);
    const third = await site.dial();
    third.send(connect({ ...right, password: 'x3' }));
    expect(await connackCode(right)).toBe(0);
    expect(third.unread).toEqual([]);
    await clock.advance(5_000);
    await third.closed;
    expect(third.unread).toEqual([]);
    expect(site.counters.closed('credentials-throttled')).toBe(1);
    await clock.advance(5_000);
    expect(await connackCode({ ...right, password: 'x4' })).toBe(4);
  });
});

describe('publishing', () => {
  it.each([
    ['its own topic', 'panel/A/rec'],
    ['a deeper topic of its own', 'panel/A/x/y'],
    ['a topic that all panels share', 'panel/basic'],
  ])('lets a panel use %s', async (_what, topic) => {
    const panel = await site.panel('A');
    panel.send(publish({ topic }));
    expect(await panel.next()).toEqual(puback(1));
  });

  it.each([
    ['the topic of another panel', 'panel/B/rec'],
    ['a topic outside its patterns', 'other'],
    ['a system topic', '$SYS/broker/clients'],
    ['a shared subscription as a topic', '$share/g/panel/A/rec'],
    ['its own topic in other letters', 'panel/a/rec'],
    ['its own topic with an empty level in front', '/panel/A/rec'],
  ])('refuses %s and closes the connection', async (_what, topic) => {
    const panel = await site.panel('A');
    panel.send(publish({ topic }));
    await panel.closed;
    expect(site.counters.closed('publish-refused')).toBe(1);
    expect(site.sink.readings).toEqual([]);
  });

  it.each([0, 1, 2])('refuses a retained message of QoS %d', async (qos) => {
    const panel = await site.panel('A');
    panel.send(publish({ topic: 'panel/A/rec', retain: true, qos }));
    await panel.closed;
    expect(site.counters.closed('retain-refused')).toBe(1);
    expect(site.sink.readings).toEqual([]);
  });

  it('takes a retained message where the profile lets it, once, and keeps it for nobody', async () => {
    const panel = await site.panel('A');
    panel.send(publish({ topic: 'panel/A/state', retain: true, qos: 1, payload: 'online' }));
    await site.sink.reached(1);
    panel.send(subscribe(1, 'panel/A/down'));
    await site.broker.publish('panel/A/down', 'x').catch(() => undefined);
    expect(site.sink.readings).toMatchObject([{ topic: 'panel/A/state', body: Buffer.from('online') }]);
    expect(site.counters.closed('retain-refused')).toBe(0);
  });

  it('disturbs nobody else when it is refused', async () => {
    const good = await site.panel('B');
    const bad = await site.panel('A');
    bad.send(publish({ topic: 'panel/B/rec' }));
    await bad.closed;
    good.send(pingreq);
    expect(await good.next()).toEqual(pingresp);
  });
});

describe('subscribing', () => {
  const suback = (id: number, ...codes: number[]): Buffer => packet(0x90, Buffer.from([0, id, ...codes]));

  it('answers each filter of one SUBSCRIBE by itself', async () => {
    const panel = await site.panel('A');
    panel.send(
      subscribe(1, 'panel/A/down', 'panel/B/down', 'panel/A/cmd/+', '#', '$SYS/#', 'panel/+/down', 'panel/A/#'),
    );
    expect(await panel.next()).toEqual(suback(1, 1, 128, 1, 128, 128, 128, 128));
    expect(site.counters.of('mqtt_subscriptions_refused')).toBe(5);
  });

  it('brings a refused filter nothing, not even after a reconnection of the same session', async () => {
    const first = await site.panel('A', { clean: false });
    first.send(subscribe(1, 'panel/A/down', 'panel/B/down'));
    await first.next();
    first.close();
    await site.counters.reachedClosed('lost');
    await site.broker.publish('panel/B/down', 'for B');
    const second = await site.panel('A', { clean: false });
    await site.broker.publish('panel/B/down', 'for B');
    second.send(pingreq);
    expect(await second.next()).toEqual(pingresp);
  });

  it('has room for a bounded number of filters, and for new ones when old ones are given up', async () => {
    await site.stop();
    site = await testSite({
      accounts: [account('A', { subscribe: ['panel/{device}/#'] })],
      limits: { subscriptions: 2 },
    });
    const panel = await site.panel('A');
    panel.send(subscribe(1, 'panel/A/1', 'panel/A/2', 'panel/A/3'));
    expect(await panel.next()).toEqual(suback(1, 1, 1, 128));
    panel.send(unsubscribe(2, 'panel/A/1'));
    expect(await panel.next()).toEqual(packet(0xb0, Buffer.from([0, 2])));
    panel.send(subscribe(3, 'panel/A/3'));
    expect(await panel.next()).toEqual(suback(3, 1));
  });
});

describe('a will', () => {
  it.each([
    ['for the topic of another panel', { topic: 'panel/B/rec', payload: 'x' }],
    ['for a system topic', { topic: '$SYS/x', payload: 'x' }],
    ['with wildcards', { topic: 'panel/A/#', payload: 'x' }],
    ['that is to be retained', { topic: 'panel/A/rec', payload: 'x', retain: true }],
  ])('%s is refused with the whole CONNECT', async (_what, will) => {
    expect(await connackCode({ ...right, will })).toBe(5);
    await site.counters.reachedClosed('will-refused');
    expect(site.presences).toEqual([]);
    expect(site.sink.readings).toEqual([]);
  });

  it('may ask to be retained where the profile lets it', async () => {
    const panel = await site.panel('A', { will: { topic: 'panel/A/state', payload: 'gone', qos: 1, retain: true } });
    panel.close();
    await site.sink.reached(1);
    expect(site.sink.readings).toMatchObject([{ topic: 'panel/A/state', body: Buffer.from('gone') }]);
  });

  it('for a topic of its own is handed over when the panel is lost', async () => {
    const panel = await site.panel('A', { will: { topic: 'panel/A/will', payload: 'gone', qos: 1 } });
    panel.close();
    await site.sink.reached(1);
    expect(site.sink.readings).toMatchObject([{ deviceId: 'A', topic: 'panel/A/will', body: Buffer.from('gone') }]);
  });
});
