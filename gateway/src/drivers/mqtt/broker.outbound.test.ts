import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MqttClient } from 'mqtt';
import { type TestSite, testSite } from './broker.fixture.js';
import { OutboundQueue } from './outbound.js';

let site: TestSite;

beforeEach(async () => {
  site = await testSite();
});

afterEach(() => site.stop());

async function listening(deviceId: string): Promise<{ readonly client: MqttClient; readonly heard: string[] }> {
  const client = await site.client(deviceId, { clean: false });
  const heard: string[] = [];
  client.on('message', (_topic, payload) => heard.push(payload.toString()));
  await client.subscribeAsync(`panel/${deviceId}/down`, { qos: 1 });
  return { client, heard };
}

describe('what the gateway publishes', () => {
  it('reaches the panel whose topic it is, whole and in order, however it is sent', async () => {
    const a = await listening('A');
    const b = await listening('B');
    const numbers = Array.from({ length: 200 }, (_, index) => String(index));
    await Promise.all(numbers.map((number) => site.broker.publish('panel/A/down', number)));
    await site.broker.publish('panel/B/down', 'last');
    await a.client.publishAsync('panel/A/rec', 'sync', { qos: 1 });
    await b.client.publishAsync('panel/B/rec', 'sync', { qos: 1 });
    expect(a.heard).toEqual(numbers);
    expect(b.heard).toEqual(['last']);
  });

  it('is not kept for a panel that is away: its presence says when to send again', async () => {
    await site.broker.publish('panel/A/down', 'missed');
    const { client, heard } = await listening('A');
    await site.broker.publish('panel/A/down', 'heard');
    await client.publishAsync('panel/A/rec', 'sync', { qos: 1 });
    expect(heard).toEqual(['heard']);
  });

  it.each(['', 'panel/+/down', 'panel/#', '$SYS/x'])('cannot go to %j', async (topic) => {
    await expect(site.broker.publish(topic, 'x')).rejects.toMatchObject({ code: 'input.invalid' });
  });

  it('is refused by a broker that is not running', async () => {
    await site.broker.stop();
    await expect(site.broker.publish('panel/A/down', 'x')).rejects.toMatchObject({ code: 'broker.busy' });
  });
});

describe('the answer to a message of a panel', () => {
  it('goes over the connection of that panel alone, where it listens', async () => {
    const a = await listening('A');
    const b = await listening('B');
    site.broker.tell('A', 'panel/A/down', '答'.repeat(100));
    site.broker.tell('A', 'panel/A/deaf', 'unheard');
    site.broker.tell('C', 'panel/C/down', 'away');
    await a.client.publishAsync('panel/A/rec', 'sync', { qos: 1 });
    await b.client.publishAsync('panel/B/rec', 'sync', { qos: 1 });
    expect(a.heard).toEqual(['答'.repeat(100)]);
    expect(b.heard).toEqual([]);
    expect(site.counters.of('mqtt_answers_unheard')).toBe(2);
  });

  it('ends with the subscription', async () => {
    const { client, heard } = await listening('A');
    site.broker.tell('A', 'panel/A/down', 'first');
    await client.unsubscribeAsync('panel/A/down');
    site.broker.tell('A', 'panel/A/down', 'second');
    await client.publishAsync('panel/A/rec', 'sync', { qos: 1 });
    expect(heard).toEqual(['first']);
  });
});

describe('the queue of the gateway', () => {
  it('sends one message after the other, goes on after a failure, and is bounded', async () => {
    const sent: string[] = [];
    const ends: ((error?: Error) => void)[] = [];
    const queue = new OutboundQueue((topic) => {
      sent.push(topic);
      return new Promise((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
    }, 2);
    const payload = Buffer.alloc(0);
    const first = queue.add('1', payload);
    const second = queue.add('2', payload);
    await expect(queue.add('3', payload)).rejects.toMatchObject({ code: 'broker.busy' });
    expect(sent).toEqual(['1']);
    ends[0]?.(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    const third = queue.add('3', payload);
    expect(sent).toEqual(['1', '2']);
    ends[1]?.();
    await second;
    await Promise.resolve();
    await Promise.resolve();
    ends[2]?.();
    await third;
    expect(sent).toEqual(['1', '2', '3']);
  });
});
