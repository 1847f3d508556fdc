import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { account, type TestSite, testSite } from './broker.fixture.js';
import { disconnect, pingreq, pingresp, puback, pubcomp, publish, pubrec, pubrel } from './packets.fixture.js';

let site: TestSite;

beforeEach(async () => {
  site = await testSite();
});

afterEach(() => site.stop());

const topic = 'panel/A/rec';

describe('the acknowledgement is the receipt', () => {
  it('hands the message over as it came, with the account as its device', async () => {
    const panel = await site.panel('A');
    panel.send(publish({ topic, payload: '{"door":1}' }));
    await panel.next();
    expect(site.sink.readings).toEqual([
      {
        deviceId: 'A',
        protocol: 'mqtt',
        topic,
        body: Buffer.from('{"door":1}'),
        received: { wall: expect.any(String), monotonicMs: expect.any(Number), boot: 'boot-1' },
      },
    ]);
  });

  it('sends no PUBACK while the sink is at work, and sends it when the sink is done', async () => {
    site.sink.hold();
    const panel = await site.panel('A');
    panel.send(publish({ topic, id: 7 }), pingreq);
    await site.sink.reached(1);
    expect(await panel.next()).toEqual(pingresp);
    site.sink.settle();
    expect(await panel.next()).toEqual(puback(7));
  });

  it('acknowledges in the order of the messages, whatever order the sink finishes in', async () => {
    site.sink.hold();
    const panel = await site.panel('A');
    panel.send(publish({ topic, id: 1 }), publish({ topic, id: 2 }), publish({ topic, id: 3 }));
    await site.sink.reached(3);
    site.sink.settle(2);
    site.sink.settle(1);
    panel.send(pingreq);
    expect(await panel.next()).toEqual(pingresp);
    site.sink.settle(0);
    expect([await panel.next(), await panel.next(), await panel.next()]).toEqual([puback(1), puback(2), puback(3)]);
  });

  it('closes the connection without a PUBACK when the sink refuses, and takes the message when it comes again', async () => {
    site.sink.hold();
    const panel = await site.panel('A');
    panel.send(publish({ topic, id: 1, payload: 'first' }), publish({ topic, id: 2, payload: 'second' }));
    await site.sink.reached(2);
    site.sink.settle(0, new Error('disk full'));
    site.sink.settle(0);
    await panel.closed;
    expect(panel.unread).toEqual([]);
    expect(site.counters.closed('not-stored')).toBe(1);
    expect(site.counters.of('mqtt_messages_not_stored')).toBe(1);

    site.sink.settleAll();
    const again = await site.panel('A');
    again.send(publish({ topic, id: 1, payload: 'first', duplicate: true }));
    expect(await again.next()).toEqual(puback(1));
    expect(site.sink.bodies).toEqual(['first', 'second', 'first']);
  });

  it('takes a message again when its PUBACK was lost', async () => {
    site.sink.hold();
    const client = await site.client('A', { clean: false, reconnectPeriod: 1 });
    const published = client.publishAsync(topic, 'once', { qos: 1 });
    await site.sink.reached(1);
    client.stream.destroy();
    await site.counters.reachedClosed('lost');
    site.sink.settleAll();
    await published;
    expect(site.sink.bodies).toEqual(['once', 'once']);
  });

  it('keeps what it took when the panel leaves before the acknowledgement', async () => {
    site.sink.hold();
    const panel = await site.panel('A');
    panel.send(publish({ topic, id: 1 }), disconnect);
    await panel.closed;
    site.sink.settleAll();
    const again = await site.panel('A');
    again.send(pingreq);
    expect(await again.next()).toEqual(pingresp);
    expect(site.sink.readings).toHaveLength(1);
  });

  it('takes nothing that stands behind a DISCONNECT', async () => {
    const panel = await site.panel('A');
    panel.send(disconnect, publish({ topic }));
    await panel.closed;
    await site.counters.reachedClosed('disconnected');
    expect(site.sink.readings).toEqual([]);
  });
});

describe('QoS 0', () => {
  it('is handed over and counted, for it can be lost without anybody knowing', async () => {
    const panel = await site.panel('A');
    panel.send(publish({ topic, qos: 0, payload: 'a' }), publish({ topic, qos: 1, payload: 'b' }));
    expect(await panel.next()).toEqual(puback(1));
    expect(site.sink.bodies).toEqual(['a', 'b']);
    expect(site.counters.of('mqtt_messages 0')).toBe(1);
    expect(site.counters.of('mqtt_messages_below_qos 0')).toBe(1);
    expect(site.counters.of('mqtt_messages 1')).toBe(1);
    expect(site.counters.of('mqtt_messages_below_qos 1')).toBe(0);
  });

  it('is not counted as too little where the profile says that the panel sends so', async () => {
    site.accounts.set('A', account('A', { qos: 0 }));
    const panel = await site.panel('A');
    panel.send(publish({ topic, qos: 0 }));
    await site.sink.reached(1);
    expect(site.counters.of('mqtt_messages_below_qos 0')).toBe(0);
  });
});

describe('QoS 2', () => {
  it('is durable before its PUBREC', async () => {
    site.sink.hold();
    const panel = await site.panel('A');
    panel.send(publish({ topic, qos: 2, id: 9, payload: 'two' }), pingreq);
    await site.sink.reached(1);
    expect(await panel.next()).toEqual(pingresp);
    site.sink.settle();
    expect(await panel.next()).toEqual(pubrec(9));
    panel.send(pubrel(9));
    expect(await panel.next()).toEqual(pubcomp(9));
    expect(site.sink.bodies).toEqual(['two']);
  });

  it('is handed over once, however often the panel repeats it before its PUBREL', async () => {
    const panel = await site.panel('A');
    const two = { topic, qos: 2, id: 9, payload: 'two' };
    panel.send(publish(two), publish({ ...two, duplicate: true }));
    expect([await panel.next(), await panel.next()]).toEqual([pubrec(9), pubrec(9)]);
    panel.send(publish({ ...two, duplicate: true }));
    expect(await panel.next()).toEqual(pubrec(9));
    expect(site.sink.bodies).toEqual(['two']);
    panel.send(pubrel(9), publish({ ...two, payload: 'new' }));
    expect([await panel.next(), await panel.next()]).toEqual([pubcomp(9), pubrec(9)]);
    expect(site.sink.bodies).toEqual(['two', 'new']);
  });

  it('gets no PUBREC for a repetition while the first is not durable', async () => {
    site.sink.hold();
    const panel = await site.panel('A');
    const two = { topic, qos: 2, id: 9 };
    panel.send(publish(two), publish({ ...two, duplicate: true }), pingreq);
    expect(await panel.next()).toEqual(pingresp);
    site.sink.settle();
    expect([await panel.next(), await panel.next()]).toEqual([pubrec(9), pubrec(9)]);
    expect(site.sink.readings).toHaveLength(1);
  });

  it('answers a PUBREL that it does not know, so that the panel can go on', async () => {
    const panel = await site.panel('A');
    panel.send(pubrel(77));
    expect(await panel.next()).toEqual(pubcomp(77));
  });

  it('closes a connection that opens more exchanges than it ever ends', async () => {
    const panel = await site.panel('A');
    for (let id = 1; id <= 101; id += 1) panel.send(publish({ topic, qos: 2, id }));
    await panel.closed;
    expect(site.counters.closed('too-many-unreleased')).toBe(1);
    expect(site.sink.readings).toHaveLength(100);
  });
});

describe('what a panel sends', () => {
  it('reaches no other panel', async () => {
    site.accounts.set('B', account('B', { subscribe: ['panel/#'] }));
    const listener = await site.client('B');
    const heard: string[] = [];
    listener.on('message', (_topic, payload) => heard.push(payload.toString()));
    await listener.subscribeAsync('panel/#', { qos: 1 });
    const panel = await site.panel('A');
    panel.send(publish({ topic, payload: 'from A' }));
    expect(await panel.next()).toEqual(puback(1));
    await site.broker.publish('panel/B/down', 'from the gateway');
    await listener.publishAsync('panel/B/rec', 'from B', { qos: 1 });
    expect(heard).toEqual(['from the gateway']);
  });
});
