import { AnGridError } from '@angrid/contract';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Bench, bench, panel } from './external.fixture.js';
import { packet } from './scripted-broker.fixture.js';

let at: Bench;
afterEach(() => at.stop());

describe.each([4, 5] as const)('at level %s of the protocol', (level) => {
  it('asks for a session that stays, under an id that stays', async () => {
    at = await bench({ level }, { user: 'gateway' });
    const { connect } = await at.up();
    const flags = connect?.[7] ?? 0;
    expect({ level: connect?.[6], clean: (flags & 2) !== 0, user: (flags & 0x80) !== 0 }).toEqual({
      level,
      clean: false,
      user: true,
    });
    expect(connect?.toString('latin1')).toContain('angrid-gw');
  });

  it('subscribes to the topics of the paired devices and to nothing else', async () => {
    at = await bench({ level });
    const { subscribed } = await at.up();
    expect([...subscribed].sort()).toEqual(['panel/A/#', 'panel/B/#', 'panel/basic']);
  });

  it('acknowledges a message when it is stored, and not before', async () => {
    at = await bench({ level });
    const link = await at.up();
    at.sink.hold();
    link.publish({ topic: 'panel/A/rec', payload: 'one', id: 7 });
    await at.sink.took(1);
    expect(at.sink.readings[0]).toMatchObject({ deviceId: 'A', protocol: 'mqtt', topic: 'panel/A/rec' });
    expect(link.acknowledged).toEqual([]);
    at.sink.release();
    await link.until(({ acknowledged }) => acknowledged.length === 1);
    expect(link.acknowledged).toEqual([7]);
    expect(at.sink.stored).toEqual(['one']);
  });

  it('hands over many at a time, those of a device in order, and acknowledges in the order of arrival', async () => {
    at = await bench({ level });
    const link = await at.up();
    at.sink.hold();
    link.publish(
      { topic: 'panel/A/rec', payload: 'a1', id: 1 },
      { topic: 'panel/A/rec', payload: 'a2', id: 2 },
      { topic: 'panel/B/rec', payload: 'b1', id: 3 },
    );
    await at.sink.took(2);
    expect(at.sink.readings.map(({ body }) => body.toString())).toEqual(['a1', 'b1']);
    at.sink.release(1);
    await at.counters.reached('mqtt_messages 1', 3);
    expect(link.acknowledged).toEqual([]);
    at.sink.releaseAll();
    await link.until(({ acknowledged }) => acknowledged.length === 3);
    expect(link.acknowledged).toEqual([1, 2, 3]);
    expect(at.sink.stored).toEqual(['b1', 'a1', 'a2']);
  });

  it('publishes to devices at QoS 1', async () => {
    at = await bench({ level });
    const link = await at.up();
    await at.broker.publish('panel/A/down', '{"operator":"PushAck"}');
    await link.until(({ published }) => published.length === 1);
    expect(link.published).toEqual([{ topic: 'panel/A/down', payload: '{"operator":"PushAck"}' }]);
  });
});

describe('what cannot be stored', () => {
  it('stays unacknowledged, comes again to the next connection, and nothing after it overtakes it', async () => {
    at = await bench();
    const first = await at.up();
    at.sink.failure = new AnGridError('outbox.full', { op: 'outbox.append' });
    const coming = at.scripted.nextLink();
    const messages = [
      { topic: 'panel/A/rec', payload: 'a1', id: 1 },
      { topic: 'panel/A/rec', payload: 'a2', id: 2 },
    ];
    first.publish(...messages);
    await first.closed;
    expect(first.acknowledged).toEqual([]);
    expect(at.sink.readings.map(({ body }) => body.toString())).toEqual(['a1']);
    expect(at.counters.of('mqtt_messages_not_stored')).toBe(1);
    expect(at.broker.health()).toMatchObject({ state: 'not-stored', detail: 'outbox.full' });

    at.sink.failure = undefined;
    const second = await coming;
    await second.until(({ subscribed }) => subscribed.length >= 3);
    second.publish(...messages);
    await second.until(({ acknowledged }) => acknowledged.length === 2);
    expect(at.sink.stored).toEqual(['a1', 'a2']);
  });

  it('is lost and counted where it came at QoS 0, which the broker does not keep', async () => {
    at = await bench();
    const link = await at.up();
    at.sink.failure = new AnGridError('outbox.full', { op: 'outbox.append' });
    link.publish({ topic: 'panel/A/rec', qos: 0 });
    await at.counters.reached('mqtt_messages_not_stored');
    at.sink.failure = undefined;
    link.publish({ topic: 'panel/A/rec', payload: 'next', id: 4 });
    await link.until(({ acknowledged }) => acknowledged.length === 1);
    expect(at.sink.stored).toEqual(['next']);
    expect(at.counters.of('mqtt_messages_below_qos 0')).toBe(1);
  });
});

describe('a message that is no reading of a paired device', () => {
  it.each([
    ['of a device that is not paired', { topic: 'panel/Z/rec' }, 'unpaired-device'],
    ['on a topic of the broker', { topic: '$SYS/broker/uptime' }, 'invalid-topic'],
    ['on a topic with a wildcard', { topic: 'panel/A/#' }, 'invalid-topic'],
    ['on no topic', { topic: '' }, 'invalid-topic'],
    ['that is retained: a state of some earlier time', { topic: 'panel/A/rec', retain: true }, 'retained'],
    ['on a topic that all share, with no id in it', { topic: 'panel/basic', payload: 'hello' }, 'unnamed-device'],
    ['on a topic that all share, of a stranger', { topic: 'panel/basic', payload: 'Z:hello' }, 'unpaired-device'],
    ['on a topic that is too long', { topic: `panel/A/${'x'.repeat(1100)}` }, 'invalid-topic'],
    ['that is too large', { topic: 'panel/A/rec', payload: Buffer.alloc(70_000) }, 'oversize'],
  ])('%s is acknowledged, counted, and handed to nobody', async (_what, message, reason) => {
    at = await bench({}, { limits: { packetBytes: 65_536 } });
    const link = await at.up();
    link.publish({ ...message, id: 9 }, { topic: 'panel/A/rec', payload: 'good', id: 10 });
    await link.until(({ acknowledged }) => acknowledged.length === 2);
    expect(link.acknowledged).toEqual([9, 10]);
    expect(at.counters.of(`mqtt_messages_refused ${reason}`)).toBe(1);
    expect(at.sink.stored).toEqual(['good']);
  });
});

it('finds the device of a shared topic by the id in the body', async () => {
  at = await bench();
  const link = await at.up();
  link.publish({ topic: 'panel/basic', payload: 'B:online', id: 3 });
  await link.until(({ acknowledged }) => acknowledged.length === 1);
  expect(at.sink.readings.map(({ deviceId }) => deviceId)).toEqual(['B']);
});

it('takes in no more than the window, however much the broker sends', async () => {
  at = await bench({}, { limits: { window: 4 } });
  at.panels.splice(0, 2, ...Array.from({ length: 12 }, (_, index) => panel(`P${index}`)));
  at.broker.refresh();
  const link = await at.up();
  at.sink.hold();
  link.publish(...Array.from({ length: 12 }, (_, index) => ({ topic: `panel/P${index}/rec`, id: index + 1 })));
  await at.sink.took(4);
  for (let taken = 4; taken < 12; taken += 1) {
    expect(at.sink.readings).toHaveLength(taken);
    at.sink.release();
    await at.sink.took(taken + 1);
  }
  at.sink.releaseAll();
  await link.until(({ acknowledged }) => acknowledged.length === 12);
  expect(link.acknowledged).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
});

describe('the subscriptions', () => {
  it('follow the paired devices, and are given up where one is removed', async () => {
    at = await bench();
    const link = await at.up();
    at.panels.push(panel('C'));
    at.broker.refresh();
    await link.until(({ subscribed }) => subscribed.includes('panel/C/#'));
    at.panels.splice(0, 1);
    at.broker.disconnect('A');
    await link.until(({ unsubscribed }) => unsubscribed.length === 1);
    expect(link.unsubscribed).toEqual(['panel/A/#']);
    expect(link.subscribed).toEqual(['panel/A/#', 'panel/basic', 'panel/B/#', 'panel/C/#']);
  });

  it('stand by the time at which a pairing is told', async () => {
    at = await bench();
    const link = await at.up();
    at.panels.push(panel('C'));
    at.broker.refresh();
    await at.broker.settled();
    expect(link.subscribed).toContain('panel/C/#');
  });

  it('of an earlier run that nobody wants any more are given up', async () => {
    at = await bench({ sessionPresent: true });
    at.remembered = ['panel/old/#', 'panel/A/#'];
    const link = await at.up();
    await link.until(({ unsubscribed }) => unsubscribed.length === 1);
    expect(link.unsubscribed).toEqual(['panel/old/#']);
  });

  it('are asked for again on every connection: the broker may have lost the session', async () => {
    at = await bench();
    const first = await at.up();
    const coming = at.scripted.nextLink();
    first.drop();
    const second = await coming;
    await second.until(({ subscribed }) => subscribed.length === 3);
    expect(second.subscribed).toEqual(first.subscribed);
  });

  it('are shared with a group where there is one', async () => {
    at = await bench({ level: 5 }, { group: 'south' });
    const { subscribed } = await at.up();
    expect([...subscribed].sort()).toEqual([
      '$share/south/panel/A/#',
      '$share/south/panel/B/#',
      '$share/south/panel/basic',
    ]);
  });

  it('that the broker refuses are told, and the others stand', async () => {
    at = await bench({ refuses: (filter) => filter === 'panel/B/#' });
    const link = await at.up();
    link.publish({ topic: 'panel/A/rec', id: 1 });
    await link.until(({ acknowledged }) => acknowledged.length === 1);
    expect(at.broker.health()).toMatchObject({ state: 'connected', subscribed: 2, refused: ['panel/B/#'] });
  });
});

describe('whether the broker is there', () => {
  it('follows the connection, from before the first one', async () => {
    at = await bench();
    expect(at.broker.isUp).toBe(false);
    const link = await at.up();
    expect(at.broker.isUp).toBe(true);
    link.drop();
    await at.counters.reached('mqtt_broker_connections_ended unreachable');
    expect(at.broker.isUp).toBe(false);
  });

  it('is not in doubt where the gateway itself cannot store a message', async () => {
    at = await bench();
    const link = await at.up();
    at.sink.failure = new AnGridError('outbox.full', { op: 'outbox.append' });
    link.publish({ topic: 'panel/A/rec', id: 1 });
    await at.counters.reached('mqtt_broker_connections_ended not-stored');
    expect(at.broker.isUp).toBe(true);
  });
});

describe('a broker that lets nobody in', () => {
  it.each([
    ['a wrong password', { code: 4 }, 'credentials'],
    ['a user without rights', { code: 5 }, 'credentials'],
    ['a wrong password, in the words of MQTT 5', { level: 5, code: 134 }, 'credentials'],
    ['a client id that it does not like', { code: 2 }, 'refused'],
    ['a broker that is too busy', { level: 5, code: 137 }, 'refused'],
  ] as const)('is told as what it is: %s', async (_what, manner, state) => {
    at = await bench(manner);
    await at.broker.start();
    await at.counters.reached(`mqtt_broker_connections_ended ${state}`);
    expect(at.broker.health().state).toBe(state);
    await expect(at.broker.publish('panel/A/down', 'x')).rejects.toThrow(/broker\.unreachable/);
  });

  it('and one that is not there is tried again, until it is', async () => {
    at = await bench();
    const { url } = at.scripted;
    await at.scripted.close();
    await at.broker.start();
    await at.counters.reached('mqtt_broker_connections_ended unreachable');
    expect(at.broker.health()).toMatchObject({ state: 'unreachable', host: url.hostname, port: Number(url.port) });
  });

  it('is told when another gateway has taken the client id', async () => {
    at = await bench({ level: 5 });
    const link = await at.up();
    link.send(packet(0xe0, Buffer.from([142])));
    link.drop();
    await at.counters.reached('mqtt_broker_connections_ended taken-over');
    expect(at.broker.health().state).toBe('taken-over');
  });
});

describe('a broker that breaks the protocol', () => {
  it.each([
    ['a length that never ends', Buffer.from([0x32, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['a message at QoS 2, which nobody asked for', packet(0x34, Buffer.from([0, 1, 97, 0, 1]))],
    ['a message with the packet id 0', packet(0x32, Buffer.from([0, 1, 97, 0, 0]))],
    ['a message whose topic runs over its end', packet(0x30, Buffer.from([0, 9, 97]))],
    ['a topic that is no UTF-8', packet(0x30, Buffer.from([0, 2, 0xc3, 0x28]))],
    ['a huge packet that is no message', Buffer.from([0x90, 0xff, 0xff, 0xff, 0x7f])],
  ])('is left and dialled again: %s', async (_what, bytes) => {
    at = await bench();
    const link = await at.up();
    const coming = at.scripted.nextLink();
    link.send(bytes);
    await link.closed;
    await coming;
    expect(at.counters.of('mqtt_broker_connections_ended protocol')).toBe(1);
    expect(at.sink.readings).toEqual([]);
  });
});

it('tells that a device is there when it is heard', async () => {
  at = await bench();
  const told: string[] = [];
  at.broker.onPresence(({ deviceId, state }) => told.push(`${deviceId} ${state}`));
  const link = await at.up();
  link.publish({ topic: 'panel/A/rec', id: 1 }, { topic: 'panel/A/rec', id: 2 });
  await link.until(({ acknowledged }) => acknowledged.length === 2);
  expect(told).toEqual(['A online']);
  expect(at.broker.sessions()).toMatchObject([{ deviceId: 'A', state: 'online' }]);
});

it('lets what is on its way be stored and acknowledged when it stops', async () => {
  at = await bench();
  const link = await at.up();
  at.sink.hold();
  link.publish({ topic: 'panel/A/rec', id: 5 });
  await at.sink.took(1);
  const stopped = at.broker.stop();
  at.sink.releaseAll();
  await stopped;
  await link.closed;
  expect(link.acknowledged).toEqual([5]);
});
