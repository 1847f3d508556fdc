import { AnGridError } from '@angrid/contract';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  createReply,
  dateTimeReply,
  device,
  fault,
  type Handler,
  type Heard,
  motion,
  PASSWORD,
  pullReply,
  renewReply,
  TestCamera,
  testContext,
  tokenFits,
} from './camera.fixture.js';
import { onvifDriver } from './index.js';
import { type Bench, bench, endAll, LongPoll, START, until } from './run.fixture.js';

afterEach(endAll);

/** Lets time pass in pulls of four seconds that come back empty, until `ms` are over. */
async function pullFor(ms: number, { camera, context, poll }: Bench): Promise<void> {
  const end = context.clock.monotonic() + ms;
  while (context.clock.monotonic() < end) {
    const pulls = camera.times('PullMessages');
    await context.clock.advance(Math.min(4_000, end - context.clock.monotonic()));
    poll.answer();
    await camera.hears('PullMessages', pulls + 1);
  }
}

describe('the subscription is kept alive', () => {
  it('by renewals between 50 and 80 % of what the camera granted by its own clock, whatever that clock says', async () => {
    const renewed: number[] = [];
    const rig = await bench({
      handlers: ({ clock }) => ({
        GetSystemDateAndTime: dateTimeReply(0),
        CreatePullPointSubscription: () => createReply({ now: 0, lifetimeMs: 100_000 }),
        Renew: () => {
          renewed.push(clock.monotonic());
          return renewReply({ now: 86_400_000, lifetimeMs: 40_000 });
        },
      }),
    });
    await rig.camera.hears('PullMessages');
    await pullFor(90_000, rig);
    const [first = 0, second = 0] = renewed;
    expect(first).toBeGreaterThanOrEqual(50_000);
    expect(first).toBeLessThanOrEqual(80_000);
    expect(second - first).toBeGreaterThanOrEqual(20_000);
    expect(second - first).toBeLessThanOrEqual(32_000);
  });

  it('while the store stalls', async () => {
    const context = testContext(() => new Promise(() => undefined));
    const { camera, poll } = await bench({ context });
    await camera.hears('PullMessages');
    poll.answer(pullReply(motion('1')));
    await until(async () => {
      await context.clock.advance(1_000);
      return camera.times('Renew') > 0;
    });
    expect(context.clock.monotonic()).toBeGreaterThanOrEqual(72_000);
    expect(camera.times('PullMessages')).toBe(1);
  });

  it('with one attempt at a Renew that the camera does not have, however long the store stalls', async () => {
    let stored: (() => void) | undefined;
    const context = testContext(() => new Promise((resolve) => (stored = resolve)));
    const { camera, poll } = await bench({ context, handlers: () => ({ Renew: fault('ter:ActionNotSupported') }) });
    await camera.hears('PullMessages');
    poll.answer(pullReply(motion('1')));
    await until(async () => {
      await context.clock.advance(1_000);
      return context.clock.monotonic() > 600_000;
    });
    stored?.();
    await camera.hears('PullMessages', 2);
    expect(camera.times('Renew')).toBe(1);
  });

  it('by its pulls alone where the camera has no Renew', async () => {
    const rig = await bench({ handlers: () => ({ Renew: fault('ter:ActionNotSupported') }) });
    await rig.camera.hears('PullMessages');
    await pullFor(300_000, rig);
    expect(rig.camera.times('Renew')).toBe(1);
    expect(rig.camera.times('CreatePullPointSubscription')).toBe(1);
  });

  it('with pulls of five seconds at most, and shorter ones towards the end of a subscription', async () => {
    const rig = await bench();
    await rig.camera.hears('PullMessages');
    expect(rig.camera.last('PullMessages').xml).toContain('<tev:Timeout>PT5S</tev:Timeout>');
    const short = await bench({
      handlers: ({ clock }) => ({
        CreatePullPointSubscription: () => createReply({ now: clock.wall(), lifetimeMs: 10_000 }),
      }),
    });
    await short.camera.hears('PullMessages');
    await pullFor(4_000, short);
    expect(short.camera.last('PullMessages').xml).toContain('<tev:Timeout>PT4S</tev:Timeout>');
  });
});

it('repeats the states of the camera each ten minutes, and asks only once where the camera cannot', async () => {
  for (const [able, times] of [
    [true, 2],
    [false, 1],
  ] as const) {
    const rig = await bench({
      handlers: () => (able ? {} : { SetSynchronizationPoint: fault('ter:ActionNotSupported') }),
    });
    await rig.camera.hears('PullMessages');
    await pullFor(605_000, rig);
    expect(rig.camera.times('SetSynchronizationPoint')).toBe(times);
  }
});

describe('termination times', () => {
  const asked = (heard: Heard): string | undefined => /InitialTerminationTime>([^<]*)</.exec(heard.xml)?.[1];
  const askedOf = (camera: TestCamera): (string | undefined)[] =>
    camera.heard.filter((heard) => heard.operation === 'CreatePullPointSubscription').map(asked);

  it('are always sent, relative first', async () => {
    const { camera } = await bench();
    await camera.hears('PullMessages');
    expect(askedOf(camera)).toEqual(['PT120S']);
  });

  it('are absolute, by the clock of the camera, for one that misreads relative ones', async () => {
    const now = START + 86_400_000;
    const { camera } = await bench({
      handlers: () => ({
        GetSystemDateAndTime: dateTimeReply(now),
        CreatePullPointSubscription: (heard) =>
          createReply({ now, lifetimeMs: asked(heard)?.startsWith('PT') ? 0 : 120_000 }),
      }),
    });
    await camera.hears('PullMessages');
    expect(askedOf(camera)).toEqual(['PT120S', '2026-01-02T00:02:00.000Z']);
    expect(camera.times('Unsubscribe')).toBe(1);
  });

  it('are absolute for one that faults on relative ones', async () => {
    const { camera } = await bench({
      handlers: ({ clock }) => ({
        CreatePullPointSubscription: (heard) =>
          asked(heard)?.startsWith('PT')
            ? fault('wsnt:UnacceptableInitialTerminationTimeFault')()
            : createReply({ now: clock.wall(), lifetimeMs: 120_000 }),
      }),
    });
    await camera.hears('PullMessages');
    expect(askedOf(camera)).toEqual(['PT120S', '2026-01-01T00:02:00.000Z']);
  });
});

describe('the clock of the camera', () => {
  it('stands in the tokens, and a wrong one is told', async () => {
    const skew = -86_400_000;
    const { camera, context } = await bench({
      handlers: ({ clock }) => ({ GetSystemDateAndTime: () => dateTimeReply(clock.wall() + skew) }),
    });
    await camera.hears('PullMessages');
    expect(tokenFits(camera.last('PullMessages'), PASSWORD, START + skew)).toBe(true);
    expect(context.states.at(-1)).toEqual({ state: 'clock-wrong', clockSkewMs: skew });
  });

  it('that jumps by a day costs one refusal, not the subscription', async () => {
    let skew = 0;
    const poll = new LongPoll();
    const guarded: Handler = (heard) =>
      tokenFits(heard, PASSWORD, START + skew) ? poll.handler(heard) : fault('ter:NotAuthorized')();
    const { camera, context } = await bench({
      handlers: ({ clock }) => ({
        GetSystemDateAndTime: () => dateTimeReply(clock.wall() + skew),
        PullMessages: guarded,
      }),
    });
    await camera.hears('PullMessages');
    skew = 86_400_000;
    poll.answer(pullReply(motion('1')));
    await camera.hears('PullMessages', 3);
    expect(tokenFits(camera.last('PullMessages'), PASSWORD, START + skew)).toBe(true);
    expect(camera.times('CreatePullPointSubscription')).toBe(1);
    expect(context.readings).toHaveLength(1);
  });

  it('is asked with the password where the camera tells it to nobody else', async () => {
    const { camera } = await bench({
      handlers: ({ clock }) => ({
        GetSystemDateAndTime: (heard) =>
          tokenFits(heard, PASSWORD, START) ? dateTimeReply(clock.wall()) : fault('ter:NotAuthorized')(),
      }),
    });
    await camera.hears('PullMessages');
    expect(camera.times('GetSystemDateAndTime')).toBe(2);
  });

  it('is taken for ours where the camera does not tell it at all', async () => {
    const { camera, context } = await bench({
      handlers: () => ({ GetSystemDateAndTime: fault('ter:ActionNotSupported') }),
    });
    await camera.hears('PullMessages');
    expect(tokenFits(camera.last('PullMessages'), PASSWORD, START)).toBe(true);
    expect(context.states.at(-1)).toEqual({ state: 'online', clockSkewMs: 0 });
  });
});

describe('the run ends with a typed error, and the supervisor starts it anew', () => {
  it.each([
    [
      'the subscription is unknown',
      fault('wsrf-rw:ResourceUnknownFault', 'gone', 500),
      'onvif.subscription-lost',
      'now',
    ],
    ['the camera restarted and its path is gone', () => ({ status: 404, body: '' }), 'onvif.subscription-lost', 'now'],
    ['the reply is no envelope', () => ({ body: '<html/>' }), 'onvif.hostile-reply', 'later'],
    [
      'the reply points elsewhere',
      () => ({ status: 307, headers: { location: 'http://169.254.169.254/' }, body: '' }),
      'onvif.hostile-reply',
      'later',
    ],
  ] satisfies [string, Handler, string, string][])('when %s', async (_what, handler, code, retry) => {
    const { ended, context } = await bench({ handlers: () => ({ PullMessages: handler }) });
    await expect(ended).resolves.toMatchObject({ code, retry, op: 'onvif.pull', subject: 'cam-1' });
    expect(context.states.at(-1)).toEqual({ state: 'reachable' });
  });

  it.each([
    ['its slot is freed', 'wsnt:UnacceptableTerminationTimeFault', 1],
    ['there is no slot to free where the subscription is unknown', 'wsrf-rw:ResourceUnknownFault', 0],
  ])('when a renewal is refused: %s, and the camera counts as there', async (_what, subcode, freed) => {
    const rig = await bench({
      handlers: ({ clock }) => ({
        CreatePullPointSubscription: () => createReply({ now: clock.wall(), lifetimeMs: 10_000 }),
        Renew: fault(subcode),
      }),
    });
    await rig.camera.hears('PullMessages');
    rig.poll.answer(pullReply(motion('1')));
    await rig.camera.hears('PullMessages', 2);
    await rig.context.clock.advance(7_000);
    rig.poll.answer();
    await expect(rig.ended).resolves.toMatchObject({ code: 'onvif.subscription-lost', op: 'onvif.renew' });
    expect(rig.camera.times('Unsubscribe')).toBe(freed);
    expect(rig.context.states.at(-1)).toMatchObject({ state: 'online' });
  });

  it('when the camera stays silent for three seconds more than the pull may take', async () => {
    const { camera, context, ended } = await bench();
    await camera.hears('PullMessages');
    await context.clock.advance(7_999);
    expect(context.states.at(-1)).toMatchObject({ state: 'online' });
    await context.clock.advance(1);
    await expect(ended).resolves.toMatchObject({ code: 'onvif.unreachable' });
    expect(context.states.at(-1)).toEqual({ state: 'offline' });
  });

  it('when it cannot be subscribed to', async () => {
    const { ended, camera } = await bench({
      handlers: () => ({ CreatePullPointSubscription: fault('ter:MaxPullPoints') }),
    });
    await expect(ended).resolves.toMatchObject({ code: 'onvif.fault', op: 'onvif.create' });
    expect(camera.times('CreatePullPointSubscription')).toBe(2);
  });

  it('of its own kind when the camera hangs once it is asked for a subscription', async () => {
    const { camera, context, ended } = await bench({
      handlers: () => ({ CreatePullPointSubscription: () => new Promise(() => undefined) }),
    });
    await camera.hears('CreatePullPointSubscription');
    await context.clock.advance(8_000);
    await expect(ended).resolves.toMatchObject({ code: 'onvif.subscribing-hangs', retry: 'later', op: 'onvif.create' });
    expect(camera.times('CreatePullPointSubscription')).toBe(1);
  });

  it('when its address is outside the networks of the site, before anything is sent', async () => {
    const refusal = new AnGridError('device.address-refused', { op: 'address.resolve' });
    const context = { ...testContext(), resolve: () => Promise.reject(refusal) };
    const { ended, camera } = await bench({ context });
    await expect(ended).resolves.toBe(refusal);
    expect(camera.heard).toEqual([]);
  });

  it('when nobody listens', async () => {
    const gone = await TestCamera.start({});
    const target = device(gone);
    await gone.close();
    const run = onvifDriver().run(target, testContext(), new AbortController().signal);
    await expect(run).rejects.toMatchObject({ code: 'onvif.unreachable', detail: 'ECONNREFUSED', retry: 'later' });
  });

  it('for good when the password is wrong, after two attempts, and says nothing of the password', async () => {
    const { ended, camera, context } = await bench({
      password: 'wrong-CANARY',
      handlers: () => ({
        CreatePullPointSubscription: (heard) => (tokenFits(heard, PASSWORD, START) ? '' : fault('ter:NotAuthorized')()),
      }),
    });
    const error = await ended;
    expect(error).toMatchObject({ code: 'onvif.not-authorized', retry: 'never' });
    expect(String(error)).not.toContain('CANARY');
    expect(camera.times('CreatePullPointSubscription')).toBe(2);
    expect(context.states.at(-1)).toEqual({ state: 'needs-password' });
  });
});
