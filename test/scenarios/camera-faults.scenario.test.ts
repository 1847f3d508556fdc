import { tmpdir } from 'node:os';
import { AnGridError } from '@angrid/contract';
import { supervise } from '@angrid/gateway/cameras/supervise';
import type { Reading } from '@angrid/gateway/drivers/driver';
import { onvifDriver } from '@angrid/gateway/drivers/onvif/index';
import { selfSigned } from '@angrid/gateway/drivers/onvif/soap/certificate.fixture';
import { Secret, silentLog, SystemClock } from '@angrid/runtime';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import type { HostileReply } from '../simulators/camera/onvif/hostile-reply.js';
import { SimulatedCamera } from '../simulators/camera/camera.js';

const clock = new SystemClock();
const PASSWORD = 'first-password';
const FAULT_MS = 2500;
const RECOVERY_MS = 10_000;
const BLINK_MS = 200;
const MEBIBYTE = 2 ** 20;
/** Eighteen cameras, their clients and 64 MB of XML that is being sent, all in this one process. */
const MOST_MEMORY = 160 * MEBIBYTE;

type SelfSigned = Awaited<ReturnType<typeof selfSigned>>;

/** A camera that moves all the time, followed as the gateway does it. */
class Followed {
  readonly errors: string[] = [];
  /** When the readings came, monotonic milliseconds. */
  readonly heard: number[] = [];
  private stop = new AbortController();
  private done: Promise<void> = Promise.resolve();
  private readonly still: () => void;
  private on = false;

  private constructor(readonly camera: SimulatedCamera) {
    this.still = clock.every(BLINK_MS, () => camera.motion((this.on = !this.on)));
  }

  static async start(id: string, certificate?: SelfSigned): Promise<Followed> {
    const account = { user: 'admin', password: PASSWORD };
    const options = { id, name: id, ...account, cacheDir: tmpdir(), video: 'off', multicast: false } as const;
    const secure = certificate && { certificate: certificate.options };
    const followed = new Followed(await SimulatedCamera.start({ ...options, ...secure }));
    followed.follow(PASSWORD, certificate);
    return followed;
  }

  /** With this login from now on, as after `angrid device password` or after it was paired anew. */
  follow(password: string, certificate?: SelfSigned): void {
    this.stop.abort();
    const stop = (this.stop = new AbortController());
    const device = { id: this.camera.identity.serialNumber, address: this.camera.onvifAddress };
    const login = { user: 'admin', password: new Secret(password), certificate: certificate?.fingerprint };
    const context = {
      sink: {
        accept: async ({ topic }: Reading) => {
          if (topic.endsWith('MotionAlarm')) this.heard.push(clock.monotonic());
          return { answer: undefined };
        },
      },
      ...{ clock, log: silentLog },
      stamp: () => ({ wall: new Date(clock.wall()).toISOString(), monotonicMs: clock.monotonic(), boot: 'test' }),
      resolve: async (host: string) => host,
      health: () => undefined,
    };
    const run = (signal: AbortSignal) => onvifDriver().run({ ...device, ...login }, context, signal);
    const onFailure = (error: unknown) =>
      void this.errors.push(error instanceof AnGridError ? error.code : String(error));
    this.done = supervise(run, { name: device.id, clock, log: silentLog, random: Math.random, onFailure }, stop.signal);
  }

  async hears(after: number, withinMs: number): Promise<number | undefined> {
    const end = clock.monotonic() + withinMs;
    while (clock.monotonic() < end) {
      const first = this.heard.find((at) => at >= after);
      if (first !== undefined) return first - after;
      await clock.sleep(50);
    }
    return undefined;
  }

  async end(): Promise<void> {
    this.still();
    this.stop.abort();
    await this.done;
    await this.camera.stop();
  }
}

interface Fault {
  readonly what: string;
  /** The error that it must be told as; undefined where it costs no run. */
  readonly code: string | undefined;
  /** The connection may break before that is told. */
  readonly breaks?: true;
  /** What it is paired with over https; http without. */
  readonly certificate?: SelfSigned;
  begin(followed: Followed): unknown;
  end?(followed: Followed): unknown;
}

function reply(what: string, hostile: HostileReply, code = 'onvif.hostile-reply'): Fault {
  return {
    what,
    code,
    begin: ({ camera }) => camera.replyWith({ operation: 'PullMessages', ...hostile }),
    end: ({ camera }) => camera.replyWith(undefined),
  };
}

const envelope = (inside: string, head = ''): string =>
  `<?xml version="1.0"?>${head}<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${inside}</s:Body></s:Envelope>`;
const laughs = Array.from({ length: 9 }, (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`).join(
  '',
);
const endless = envelope('<x>'.repeat(20_000) + '</x>'.repeat(20_000));

const [paired, renewed] = [await selfSigned(), await selfSigned()];

const faults: readonly Fault[] = [
  { what: 'reboots', code: 'onvif.unreachable', begin: ({ camera }) => void camera.rebootFor(FAULT_MS) },
  {
    what: 'drops its subscriptions',
    code: 'onvif.subscription-lost',
    begin: ({ camera }) => camera.dropSubscriptions(),
  },
  { what: 'jumps its clock by a day', code: undefined, begin: ({ camera }) => (camera.clockSkewMs = 86_400_000) },
  { what: 'jumps its clock back by a day', code: undefined, begin: ({ camera }) => (camera.clockSkewMs = -86_400_000) },
  {
    what: 'has another password',
    code: 'onvif.not-authorized',
    begin: ({ camera }) => camera.changePassword('second-password'),
    end: (followed) => followed.follow('second-password'),
  },
  {
    what: 'hangs',
    code: undefined,
    begin: ({ camera }) => camera.stall('onvif'),
    end: ({ camera }) => camera.resume(),
  },
  {
    what: 'reboots, over https',
    code: 'onvif.unreachable',
    certificate: paired,
    begin: ({ camera }) => void camera.rebootFor(FAULT_MS),
  },
  {
    what: 'has another certificate',
    code: 'onvif.certificate-changed',
    breaks: true,
    certificate: paired,
    begin: ({ camera }) => {
      camera.certificate = renewed.options;
      return camera.rebootFor(0);
    },
    end: (followed) => followed.follow(PASSWORD, renewed),
  },
  reply('sends 64 MB of XML', { body: Buffer.alloc(64 * MEBIBYTE, '<a/>') }),
  reply('sends a billion laughs', { body: envelope('&l9;', `<!DOCTYPE l [<!ENTITY l0 "lol">${laughs}]>`) }),
  reply('sends 20,000 nested elements', { body: endless }),
  reply('sends half an envelope', { body: envelope('<x/>').slice(0, -20) }),
  reply('sends a page of another kind', { body: '<html>login</html>', headers: { 'Content-Type': 'text/html' } }),
  reply('sends a picture in place of a reply', {
    body: Buffer.of(0xff, 0xd8, 0xff),
    headers: { 'Content-Type': 'image/jpeg' },
  }),
  reply('sends nothing', { body: '' }),
  reply('points to another host', { status: 307, headers: { location: 'http://169.254.169.254/' }, body: '' }),
  reply('answers with an error', { status: 500, body: 'oops' }, 'onvif.subscription-lost'),
];

interface Outcome {
  readonly followed: Followed;
  readonly recoveryMs: number | undefined;
}

const outcomes = new Map<string, Outcome>();
let bystander: Followed;
let memory = 0;
let gaps: readonly number[] = [];

async function suffer(fault: Fault): Promise<void> {
  const followed = await Followed.start(fault.what, fault.certificate);
  expect(await followed.hears(0, 5000)).toBeDefined();
  await fault.begin(followed);
  await clock.sleep(FAULT_MS);
  await fault.end?.(followed);
  const recoveryMs = await followed.hears(clock.monotonic(), RECOVERY_MS);
  outcomes.set(fault.what, { followed, recoveryMs });
}

beforeAll(async () => {
  bystander = await Followed.start('bystander');
  await bystander.hears(0, 5000);
  const before = process.memoryUsage().rss;
  const watch = clock.every(50, () => (memory = Math.max(memory, process.memoryUsage().rss - before)));
  const from = clock.monotonic();
  await Promise.all(faults.map(suffer));
  watch();
  const times = bystander.heard.filter((at) => at >= from);
  gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
}, 40_000);

afterAll(() =>
  Promise.all([bystander, ...[...outcomes.values()].map(({ followed }) => followed)].map((one) => one.end())),
);

describe('a camera that', () => {
  test.each(faults)('$what: $code, and its events are back within ten seconds', ({ what, code, breaks }) => {
    const outcome = outcomes.get(what);
    expect(outcome?.recoveryMs).toBeLessThan(RECOVERY_MS);
    const { errors } = outcome!.followed;
    const told = errors.filter((one) => one !== 'onvif.unreachable');
    if (code === undefined) expect(told).toEqual([]);
    else expect((breaks ? told : errors)[0]).toBe(code);
  });

  it('has another certificate than it was paired with is heard no more until it is paired anew', () => {
    const { errors } = outcomes.get('has another certificate')!.followed;
    const told = errors.slice(errors.indexOf('onvif.certificate-changed'));
    expect(new Set(told)).toEqual(new Set(['onvif.certificate-changed']));
  });

  it('has a fault takes no events from another one, and no more memory than is bounded', () => {
    expect(bystander.errors).toEqual([]);
    expect(Math.max(...gaps)).toBeLessThan(2000);
    expect(gaps.length).toBeGreaterThan(FAULT_MS / BLINK_MS / 2);
    expect(memory).toBeLessThan(MOST_MEMORY);
  });
});
