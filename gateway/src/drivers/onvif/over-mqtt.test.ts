import { loadProfiles } from '@angrid/device-profiles';
import { describe, expect, it } from '@jest/globals';
import type { Reading } from '../driver.js';
import { account, testSite } from '../mqtt/broker.fixture.js';
import { motion, testContext } from './camera.fixture.js';
import { notified } from './notification.js';
import { isTwin, withTwins } from './mqtt-twins.js';
import { overMqtt, readMessage } from './over-mqtt.js';
import { readXml } from './soap/xml.js';

const catalogue = withTwins(await loadProfiles());
const camera = catalogue.get('camera')!;
const twin = catalogue.get('camera-mqtt')!;
const TOPIC = 'K7/onvif-ej/VideoSource/MotionAlarm/&000';
const BODY = { UtcTime: '2026-01-01T00:00:01Z', Source: { Source: '000' }, Data: { State: true } };

function message(topic: string, body: unknown): { topic: string; body: Buffer } {
  return { topic, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) };
}

/** What the pipeline gets of a message, and what is left out. */
async function passed(
  topic: string,
  body: unknown,
  isCamera = true,
): Promise<{ readings: Reading[]; drops: string[] }> {
  const { sink, readings, stamp } = testContext();
  const drops: string[] = [];
  const over = overMqtt({ sink, isCamera: () => isCamera, onDropped: (reason) => drops.push(reason) });
  await over.accept({ deviceId: 'cam-7', protocol: 'mqtt', ...message(topic, body), received: stamp() });
  return { readings, drops };
}

describe('an ONVIF event over MQTT', () => {
  it('is the same event as over a pull point: the same topic, the same identity', () => {
    const { topic, body } = message(TOPIC, BODY);
    const over = readMessage(topic, body);
    const pulled = notified(readXml(motion('1')));
    const idOf = (bytes: Buffer) => (JSON.parse(bytes.toString()) as { id: string }).id;
    expect(over?.topic).toBe(pulled.topic);
    expect(idOf(over!.body)).toBe(idOf(pulled.body));
    const [event] = camera.read({ topic: over!.topic, body: over!.body, device: 'cam-7' }).events;
    const [other] = camera.read({ ...pulled, device: 'cam-7' }).events;
    expect(event).toMatchObject({ kind: 'motion.started', channel: '000', dedup: other!.dedup });
  });

  it('keeps the prefix of its vendor, is known by lists of words, and hands over nothing of a structure', () => {
    const { topic, body } = message('K7/onvif-ej/RuleEngine/tnsx:ObjectDetection/Object/&v/r', {
      UtcTime: '2026-01-01T00:00:01Z',
      Source: { VideoSource: 'v' },
      Data: { ClassTypes: ['Human', 'Vehicle'], Label: 'CANARY', BoundingBox: { left: 'CANARY' } },
    });
    const over = readMessage(topic, body)!;
    expect(JSON.parse(over.body.toString())).toMatchObject({
      topicRaw: 'RuleEngine/tnsx:ObjectDetection/Object',
      data: { ClassTypes: 'Human Vehicle' },
      elements: ['BoundingBox'],
      withheld: ['Label'],
    });
    expect(over.body.toString()).not.toContain('CANARY');
    expect(twin.read({ ...over, device: 'K7' }).events.map(({ kind }) => kind)).toEqual([
      'object.person',
      'object.vehicle',
    ]);
  });

  it('comes to the pipeline as an ONVIF reading; metadata is counted, and what is no such event goes on as it is', async () => {
    expect((await passed(TOPIC, BODY)).readings).toMatchObject([
      { deviceId: 'cam-7', protocol: 'onvif', topic: 'VideoSource/MotionAlarm' },
    ]);
    expect(await passed('K7/onvif-mj/VideoAnalytics/P1/M1', {})).toEqual({ readings: [], drops: ['onvif-metadata'] });
    for (const body of ['{"UtcTime":', '[]', 'null', '['.repeat(100_000)])
      expect((await passed(TOPIC, body)).readings).toMatchObject([{ protocol: 'mqtt', topic: TOPIC }]);
    expect((await passed(TOPIC, BODY, false)).readings).toMatchObject([{ protocol: 'mqtt', topic: TOPIC }]);
  });
});

describe('the twin of an ONVIF profile', () => {
  it('lets a camera publish below its own id only', () => {
    expect(twin).toMatchObject({
      name: 'camera-mqtt',
      label: camera.label.replace('camera', 'camera-mqtt'),
      protocol: 'mqtt',
      device: 'camera',
      publish: ['{device}/onvif-ej/#', '{device}/onvif-mj/#'],
      subscribe: [],
      qos: 0,
    });
  });

  it('is in the catalogue with its profile, and no other has one', () => {
    expect([...catalogue.keys()].filter((name) => isTwin(catalogue.get(name)!))).toEqual(['camera-mqtt']);
    expect([...catalogue.values()].filter((profile) => isTwin(profile))).toEqual([twin]);
    expect(catalogue.get('json-panel-mqtt')).toBeUndefined();
    expect(catalogue.has('camera-mqtt')).toBe(true);
    expect(isTwin(camera)).toBe(false);
  });
});

it('an ONVIF event over MQTT passes the broker, retained as cameras send it', async () => {
  const { publish, retain } = twin;
  const site = await testSite({ accounts: [account('K7', { publish, retain, subscribe: [] })] });
  try {
    const client = await site.client('K7');
    await client.publishAsync(TOPIC, JSON.stringify(BODY), { retain: true });
    await site.sink.reached(1);
    const { sink, readings } = testContext();
    const over = overMqtt({ sink, isCamera: () => true, onDropped: () => undefined });
    for (const reading of site.sink.readings) await over.accept(reading);
    expect(readings).toMatchObject([{ deviceId: 'K7', protocol: 'onvif', topic: 'VideoSource/MotionAlarm' }]);
    const read = twin.read({ topic: readings[0]!.topic, body: readings[0]!.body, device: 'K7' });
    expect(read.events).toMatchObject([{ kind: 'motion.started', channel: '000' }]);
  } finally {
    await site.stop();
  }
});
