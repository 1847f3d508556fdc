import { AnGridError } from '@angrid/contract';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createReply, fault, type Heard, motion, pullReply, soap, testContext } from './camera.fixture.js';
import type { Notification } from './notification.js';
import { bench, endAll, until } from './run.fixture.js';
import { textAt } from './soap/xml.js';

afterEach(endAll);

const header = (heard: Heard, name: string): string | undefined => textAt(heard.envelope, 'Header', name);
const eventCalls = ['CreatePullPointSubscription', 'SetSynchronizationPoint', 'PullMessages', 'Renew', 'Unsubscribe'];

describe('a camera is followed', () => {
  it('by clock, subscription, synchronisation point and pull, in this order', async () => {
    const { camera, context } = await bench();
    await camera.hears('PullMessages');
    expect(camera.heard.map((heard) => heard.operation)).toEqual([
      'GetSystemDateAndTime',
      'GetCapabilities',
      'CreatePullPointSubscription',
      'SetSynchronizationPoint',
      'PullMessages',
    ]);
    expect(context.states).toEqual([{ state: 'connecting' }, { state: 'online', clockSkewMs: 0 }]);
  });

  it('over one connection', async () => {
    const { camera } = await bench();
    await camera.hears('PullMessages');
    expect(new Set(camera.heard.map((heard) => heard.remotePort)).size).toBe(1);
  });

  it('with Action, MessageID and To on every event call', async () => {
    const { camera, context, poll, stop } = await bench({
      handlers: ({ clock }) => ({
        CreatePullPointSubscription: () => createReply({ now: clock.wall(), lifetimeMs: 10_000 }),
      }),
    });
    await camera.hears('PullMessages');
    await context.clock.advance(6_500);
    poll.answer();
    await camera.hears('PullMessages', 2);
    await stop();
    for (const operation of eventCalls) {
      const heard = camera.last(operation);
      expect(header(heard, 'Action')).toContain(`${operation}Request`);
      expect(header(heard, 'MessageID')).toMatch(/^urn:uuid:/);
      expect(header(heard, 'To')).toMatch(/^http:\/\/10\.9\.9\.9:81\//);
      expect(heard.headers['content-type']).toContain(`action="${header(heard, 'Action')}"`);
    }
  });

  it('at our own host and port, at the path that the subscription named', async () => {
    const parameters =
      '<wsa5:ReferenceParameters><v:SubscriptionId xmlns:v="urn:v">77</v:SubscriptionId></wsa5:ReferenceParameters>';
    const { camera } = await bench({
      handlers: ({ clock }) => ({
        CreatePullPointSubscription: () =>
          createReply({ now: clock.wall(), lifetimeMs: 120_000, address: 'http:///onvif/sub?Idx=9', parameters }),
      }),
    });
    await camera.hears('PullMessages');
    const pull = camera.last('PullMessages');
    expect(pull.path).toBe('/onvif/sub?Idx=9');
    expect(header(pull, 'To')).toBe('http:///onvif/sub?Idx=9');
    expect(header(pull, 'SubscriptionId')).toBe('77');
    expect(camera.last('CreatePullPointSubscription').path).toBe('/onvif/event_service');
  });

  it.each([
    ['claims to have no pull points', '<tt:WSPullPointSupport>false</tt:WSPullPointSupport>'],
    ['claims to have no events', ''],
  ])('also where it %s: only the call shows the truth', async (_what, flags) => {
    const events =
      flags && `<tt:Events><tt:XAddr>http://10.9.9.9:81/onvif/event_service</tt:XAddr>${flags}</tt:Events>`;
    const { camera, context } = await bench({
      handlers: () => ({
        GetCapabilities: soap(
          `<tds:GetCapabilitiesResponse xmlns:tds="urn:d"><tds:Capabilities>${events}</tds:Capabilities></tds:GetCapabilitiesResponse>`,
        ),
      }),
    });
    await camera.hears('PullMessages');
    expect(context.states.at(-1)).toMatchObject({ state: 'online' });
  });

  it('also where it gives no address for its services and cannot synchronise', async () => {
    const { camera, context } = await bench({
      handlers: () => ({
        GetCapabilities: fault('ter:ActionNotSupported'),
        SetSynchronizationPoint: fault('ter:ActionNotSupported'),
      }),
    });
    await camera.hears('PullMessages');
    expect(camera.last('CreatePullPointSubscription').path).toBe('/onvif/device_service');
    expect(context.states.at(-1)).toMatchObject({ state: 'online' });
  });
});

describe('a notification', () => {
  it('becomes a reading with the time at which it was received', async () => {
    const { camera, context, poll } = await bench();
    await camera.hears('PullMessages');
    await context.clock.advance(3_000);
    poll.answer(pullReply(motion('true'), motion('0', 'Initialized')));
    await camera.hears('PullMessages', 2);
    expect(context.readings).toHaveLength(2);
    const [first] = context.readings;
    expect(first).toMatchObject({
      deviceId: 'cam-1',
      protocol: 'onvif',
      topic: 'VideoSource/MotionAlarm',
      received: { wall: '2026-01-01T00:00:03.000Z', monotonicMs: 3_000, boot: 'boot-1' },
    });
    expect(JSON.parse(first!.body.toString())).toMatchObject({ operation: 'Changed', data: { State: 'true' } });
  });

  it('is durable before the camera is asked for more, with all that came with it', async () => {
    const stores: (() => void)[] = [];
    const context = testContext(() => new Promise((resolve) => void stores.push(resolve)));
    const { camera, poll } = await bench({ context });
    await camera.hears('PullMessages');
    poll.answer(pullReply(motion('1'), motion('0')));
    await until(() => stores.length === 2);
    for (const [stored, release] of stores.entries()) {
      expect(context.readings).toHaveLength(stored);
      expect(camera.times('PullMessages')).toBe(1);
      release();
      await until(() => context.readings.length === stored + 1);
    }
    await camera.hears('PullMessages', 2);
    expect(context.readings.map(({ body }) => (JSON.parse(body.toString()) as Notification).data['State'])).toEqual([
      '1',
      '0',
    ]);
  });

  it('that is not stored ends the run with the error of the store', async () => {
    const refusal = new AnGridError('outbox.full', { op: 'outbox.append' });
    const { camera, poll, ended } = await bench({ context: testContext(() => Promise.reject(refusal)) });
    await camera.hears('PullMessages');
    poll.answer(pullReply(motion('1')));
    await expect(ended).resolves.toBe(refusal);
    expect(camera.times('Unsubscribe')).toBe(1);
  });

  it('that is still being stored at stop is waited for', async () => {
    let store: (() => void) | undefined;
    const context = testContext(() => new Promise((resolve) => (store = resolve)));
    const { camera, poll, stop } = await bench({ context });
    await camera.hears('PullMessages');
    poll.answer(pullReply(motion('1')));
    await until(() => store !== undefined);
    const stopped = stop();
    await context.clock.advance(1_000);
    store?.();
    await expect(stopped).resolves.toBeUndefined();
    expect(context.readings).toHaveLength(1);
  });
});

describe('a stop', () => {
  it('in the middle of a pull frees the slot and returns', async () => {
    const { camera, stop } = await bench();
    await camera.hears('PullMessages');
    await expect(stop()).resolves.toBeUndefined();
    expect(camera.heard.at(-1)?.operation).toBe('Unsubscribe');
    expect(camera.last('Unsubscribe').path).toBe('/onvif/subscription?Idx=3');
  });

  it('does not wait for a camera that does not confirm', async () => {
    const { camera, context, stop } = await bench({
      handlers: () => ({ Unsubscribe: () => new Promise(() => undefined) }),
    });
    await camera.hears('PullMessages');
    const stopped = stop();
    await camera.hears('Unsubscribe');
    await context.clock.advance(2_000);
    await expect(stopped).resolves.toBeUndefined();
  });

  it('before the camera has answered returns too', async () => {
    const { camera, stop } = await bench({
      handlers: () => ({ GetSystemDateAndTime: () => new Promise(() => undefined) }),
    });
    await camera.hears('GetSystemDateAndTime');
    await expect(stop()).resolves.toBeUndefined();
  });
});

it('a camera that answers at once with nothing is asked again after a second, not without end', async () => {
  const { camera, context } = await bench({ handlers: () => ({ PullMessages: pullReply() }) });
  await camera.hears('PullMessages', 1);
  for (let count = 1; count <= 3; count += 1) {
    expect(camera.times('PullMessages')).toBe(count);
    await until(async () => {
      await context.clock.advance(100);
      return camera.times('PullMessages') > count;
    });
  }
  expect(context.clock.monotonic()).toBeGreaterThanOrEqual(3_000);
});
