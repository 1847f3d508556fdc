import { createHmac } from 'node:crypto';
import { eventItemSchema, type GatewayTime } from '@angrid/contract';
import { identify, sha256 } from '@angrid/contract/signing';
import { type CompiledProfile, loadProfiles } from '@angrid/device-profiles';
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import type { Reading } from '../drivers/driver.js';
import { draftOf, normalise, type NormaliseResult, type SiteFacts } from './index.js';

const catalogue = await loadProfiles();
const received: GatewayTime = { wall: '2026-01-01T00:00:01.000Z', monotonicMs: 5000, boot: 'boot-1' };
const facts: SiteFacts = {
  gateway: 'gw-1',
  siteClass: 'art9',
  purpose: 'property-management',
  timezone: 'Asia/Shanghai',
  pseudonym: (credential) => createHmac('sha256', 'site key').update(credential).digest('hex').slice(0, 22),
};

function profileOf(name: string): CompiledProfile {
  const profile = catalogue.get(name);
  if (profile === undefined) throw new Error(`no profile ${name}`);
  return profile;
}

interface Case {
  readonly profile?: string;
  readonly topic?: string;
  readonly at?: GatewayTime;
  readonly device?: { readonly id: string; readonly vendorId?: string; readonly timezone?: string };
  readonly facts?: Partial<SiteFacts>;
}

function read(body: unknown, given: Case = {}): NormaliseResult {
  const device = given.device ?? { id: 'door-1' };
  const reading: Reading = {
    deviceId: device.id,
    protocol: 'mqtt',
    topic: given.topic ?? `angrid/v1/${device.vendorId ?? device.id}/event`,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    received: given.at ?? received,
  };
  return normalise(reading, device, profileOf(given.profile ?? 'json-panel'), { ...facts, ...given.facts });
}

const forced = { event: 'door.forced', seq: 17, boot: 'b3', time: '2026-01-01T08:00:00+08:00', door: '1' };
const motion = {
  topic: 'VideoSource/MotionAlarm',
  topicRaw: 'tns1:VideoSource/MotionAlarm',
  operation: 'Changed',
  source: { Source: '0' },
  key: {},
  data: { State: 'true' },
};
const onvif: Case = { profile: 'camera', topic: 'VideoSource/MotionAlarm', device: { id: 'cam-1' } };

describe('an event', () => {
  it('has everything that the contract wants, and the profile’s name in it', () => {
    const [event] = read(forced).events;
    const dedup = { rule: 'device-sequence', key: 'b3|17' } as const;
    expect(event?.item).toEqual({
      specversion: '1.0',
      id: identify({ gateway: 'gw-1', device: 'door-1', dedup, part: '0:door.forced' }),
      source: 'angrid://gw-1',
      subject: 'door-1',
      type: 'cn.angrid.door.forced.v1',
      time: '2026-01-01T00:00:00.000Z',
      datacontenttype: 'application/json',
      sourcekind: 'gateway',
      lane: 'alarm',
      retentionclass: 'alarm',
      purpose: 'property-management',
      siteclass: 'art9',
      late: false,
      exercise: false,
      data: {
        kind: 'door.forced',
        device: 'door-1',
        channel: '1',
        profile: 'json-panel@1.0.0',
        vendorCode: 'door.forced',
        vendorTopic: 'angrid/v1/door-1/event',
        rawHash: sha256(JSON.stringify(forced)),
        dedup,
        deviceTime: { value: '2026-01-01T00:00:00.000Z', zone: '+08:00', zoneAssumed: false },
        gatewayTime: received,
        deviceSequence: 17,
      },
    });
  });

  it('is the same one when it is sent again, later and by another boot of the gateway', () => {
    const later = { wall: '2026-01-01T02:00:00.000Z', monotonicMs: 10, boot: 'boot-2' };
    expect(read(forced, { at: later }).events[0]?.item.id).toBe(read(forced).events[0]?.item.id);
    expect(read({ ...forced, seq: 18 }).events[0]?.item.id).not.toBe(read(forced).events[0]?.item.id);
  });

  test.each([
    ['access.granted', 'record', 'passage'],
    ['door.opened', 'record', 'passage'],
    ['door.closed', 'alarm', 'alarm'],
    ['fire.input', 'alarm', 'alarm'],
    ['health.storage_failed', 'alarm', 'health'],
  ])('of the kind %s goes up the lane %s and is kept as %s', (kind, lane, retention) => {
    expect(read({ ...forced, event: kind }).events[0]?.item).toMatchObject({ lane, retentionclass: retention });
  });

  it('of a drill is marked as one in every respect', () => {
    expect(read(forced, { facts: { exercise: true } }).events[0]?.item).toMatchObject({
      exercise: true,
      purpose: 'exercise',
    });
  });

  it('that the device kept back is late', () => {
    expect(read({ ...forced, replay: true }).events[0]?.item.late).toBe(true);
  });

  it('carries the vendor’s own topic where the message tells it', () => {
    expect(read({ ...motion, utcTime: '2026-01-01T00:00:00Z' }, onvif).events[0]?.item.data.vendorTopic).toBe(
      'tns1:VideoSource/MotionAlarm',
    );
  });
});

describe('the time of an event', () => {
  const timeOf = (time: string, given: Case = {}) => {
    const result = read({ ...forced, time }, given);
    const item = result.events[0]?.item;
    return { time: item?.time, device: item?.data.deviceTime, skew: result.clockSkewMs };
  };

  it('is the device’s where that lies within a day of the receipt', () => {
    expect(timeOf('2026-01-01T00:00:00Z')).toEqual({
      time: '2026-01-01T00:00:00.000Z',
      device: { value: '2026-01-01T00:00:00.000Z', zone: 'Z', zoneAssumed: false },
      skew: -1000,
    });
  });

  it('is the receipt where the device’s clock is more than a day off, and the device’s word is kept', () => {
    expect(timeOf('2019-05-05T00:00:00Z')).toMatchObject({
      time: received.wall,
      device: { value: '2019-05-05T00:00:00.000Z' },
      skew: Date.parse('2019-05-05T00:00:00Z') - Date.parse(received.wall),
    });
  });

  it('without a zone is read in the site’s, and says that this was assumed', () => {
    expect(timeOf('2026-01-01 08:00:00').device).toEqual({
      value: '2026-01-01T00:00:00.000Z',
      zone: 'Asia/Shanghai',
      zoneAssumed: true,
    });
  });

  it('without a zone is read in the device’s own where it has one', () => {
    const device = { id: 'door-1', timezone: 'Europe/Berlin' };
    expect(timeOf('2026-01-01 01:00:00', { device }).device?.value).toBe('2026-01-01T00:00:00.000Z');
  });

  it('in the hour that comes twice is the one nearer to the receipt', () => {
    const device = { id: 'door-1', timezone: 'Europe/Berlin' };
    const at = { ...received, wall: '2026-10-25T01:30:02.000Z' };
    expect(timeOf('2026-10-25 02:30:00', { device, at }).time).toBe('2026-10-25T01:30:00.000Z');
  });

  it('is the receipt where the zone does not exist', () => {
    expect(timeOf('2026-01-01 08:00:00', { facts: { timezone: 'Mars/Olympus' } })).toEqual({
      time: received.wall,
      device: undefined,
      skew: undefined,
    });
  });

  it('of a late event says nothing about the device’s clock', () => {
    expect(read({ ...forced, time: '2025-12-31T22:00:00Z', replay: true }).clockSkewMs).toBeUndefined();
  });
});

describe('equal bytes', () => {
  it('with a device time in them are one event', () => {
    const body = { ...motion, utcTime: '2026-01-01T00:00:00Z' };
    const again = read(body, { ...onvif, at: { ...received, monotonicMs: 9000 } });
    expect(again.events[0]?.item.id).toBe(read(body, onvif).events[0]?.item.id);
    expect(again.events[0]?.item.data.dedup).toEqual({ rule: 'raw', key: sha256(JSON.stringify(body)) });
  });

  it('without one are two: a camera that lost its clock must not lose its alarms', () => {
    const body = { ...motion, utcTime: '0000-00-00T00:00:00Z' };
    const again = read(body, { ...onvif, at: { ...received, monotonicMs: 9000 } });
    expect(again.events[0]?.item.id).not.toBe(read(body, onvif).events[0]?.item.id);
    expect(again.events[0]?.item.data.dedup.rule).toBe('gateway');
  });
});

describe('a credential', () => {
  it('becomes a pseudonym beside a denial, and nothing of it is in what is stored', () => {
    const [event] = read({ ...forced, event: 'access.denied', card: '0012345678' }).events;
    expect(event?.pseudonym).toBe(facts.pseudonym('0012345678'));
    expect(event && draftOf(event).json).not.toContain('0012345678');
    expect(event && draftOf(event).json).not.toContain(event?.pseudonym);
  });

  it('of somebody who was let in is not even made a pseudonym', () => {
    const pseudonym = (): string => {
      throw new Error('asked');
    };
    const [event] = read({ ...forced, event: 'access.granted', card: '0012345678' }, { facts: { pseudonym } }).events;
    expect(event?.item.data.kind).toBe('access.granted');
    expect(event?.pseudonym).toBeUndefined();
  });
});

describe('a reading without an event', () => {
  it('can be a heartbeat', () => {
    expect(read({ boot: 'b3' }, { topic: 'angrid/v1/door-1/heartbeat' })).toMatchObject({
      heartbeat: true,
      events: [],
    });
  });

  it('can say that the device comes or goes', () => {
    const topic = 'angrid/v1/door-1/state';
    expect(read({ state: 'online' }, { topic }).presence).toBe('online');
    expect(read({ state: 'offline' }, { topic }).presence).toBe('offline');
  });

  it('can tell a state without a change', () => {
    const body = { ...motion, operation: 'Initialized', data: { State: '0' } };
    expect(read(body, onvif)).toMatchObject({
      events: [],
      states: [{ kind: 'motion.started', channel: '0', active: false }],
    });
  });

  it('that nobody knows is named by topic and hash', () => {
    const body = JSON.stringify({ event: 'door.painted', seq: 1, boot: 'b' });
    expect(read(body).unknown).toEqual({ topic: 'angrid/v1/door-1/event', hash: sha256(body) });
  });

  it('that cannot be read is counted by its reason, kept, and told as an error', () => {
    const result = read('{"event":');
    expect(result.drops).toEqual([{ reason: 'malformed-not-json', count: 1 }]);
    expect(result.unknown?.hash).toBe(sha256('{"event":'));
    expect(result.error).toMatchObject({ code: 'profile.malformed-payload', op: 'profile.read' });
  });
});

it('a panel speaks by its own id, and is acknowledged on its own topic', () => {
  const body = {
    operator: 'RecPush',
    info: {
      facesluiceId: '1305433',
      RecordID: '42',
      VerifyStatus: '1',
      time: '2026-01-01 08:00:00',
      pic: 'data:image/jpeg;base64,AAAA',
    },
  };
  const given: Case = {
    profile: 'face-panel-mqtt',
    device: { id: 'door-9', vendorId: '1305433' },
    topic: 'mqtt/face/1305433/Rec',
  };
  const result = read(body, given);
  expect(result.events[0]?.item).toMatchObject({ subject: 'door-9', time: '2026-01-01T00:00:00.000Z' });
  expect(result.acknowledgement?.topic).toBe('mqtt/face/1305433');
  expect(result.drops).toEqual([{ reason: 'picture', count: 1 }]);
  expect(read({ ...body, info: { ...body.info, facesluiceId: '1' } }, given)).toMatchObject({
    events: [],
    drops: [{ reason: 'foreign-device', count: 1 }],
  });
});

describe('a draft', () => {
  const numbered = (json: string): unknown => JSON.parse(`{"bootepoch":1,"sequence":2,${json.slice(1)}`);

  it('of every example of every profile is an item of the contract once it is numbered', () => {
    let count = 0;
    for (const profile of catalogue.values()) {
      for (const { topic, body, raw } of profile.source.examples) {
        const result = read(raw ?? JSON.stringify(body), {
          profile: profile.name,
          topic: topic.replace('{device}', 'example'),
          device: { id: 'example' },
        });
        for (const event of result.events) {
          const draft = draftOf(event);
          expect(eventItemSchema.parse(numbered(draft.json))).toMatchObject({ id: draft.id, lane: draft.lane });
          count += 1;
        }
      }
    }
    expect(count).toBeGreaterThan(20);
  });

  it('is what the serialiser would make of the item', () => {
    const [event] = read(forced).events;
    expect(event && JSON.parse(draftOf(event).json)).toEqual(JSON.parse(JSON.stringify(event?.item)));
  });

  it('holds, whatever a device sends', () => {
    const body = fc.record(
      {
        event: fc.constantFrom('door.forced', 'access.denied', 'sos.raised'),
        seq: fc.jsonValue(),
        boot: fc.string(),
        time: fc.string(),
        door: fc.jsonValue(),
        card: fc.string(),
        method: fc.string(),
        battery: fc.jsonValue(),
      },
      { requiredKeys: ['event'] },
    );
    fc.assert(
      fc.property(body, (message) => {
        for (const event of read(message).events)
          expect(eventItemSchema.safeParse(numbered(draftOf(event).json)).error).toBeUndefined();
      }),
    );
  });
});
