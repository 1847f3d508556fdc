import { createHash } from 'node:crypto';
import { Secret, VirtualClock } from '@angrid/runtime';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  fault,
  type Handler,
  type Handlers,
  type Heard,
  PASSWORD,
  soap,
  TestCamera,
  tokenFits,
} from '../camera.fixture.js';
import { SoapClient } from './client.js';
import { SoapFault } from './fault.js';
import { CameraTransport } from './transport.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Bench {
  readonly camera: TestCamera;
  readonly client: SoapClient;
  readonly rereads: () => number;
}

interface BenchOptions {
  readonly password?: string;
  readonly user?: string;
  /** What the client believes the camera's time is, before and after it reads the clock again. */
  readonly times?: readonly [number, number];
}

async function bench(
  handlers: Handlers,
  { password = PASSWORD, user = 'admin', times = [0, 0] }: BenchOptions = {},
): Promise<Bench> {
  const camera = await TestCamera.start(handlers);
  let rereads = 0;
  const transport = new CameraTransport({
    subject: 'cam-1',
    address: camera.address,
    clock: new VirtualClock(),
    resolve: async (host) => host,
  });
  const client = new SoapClient({
    subject: 'cam-1',
    transport,
    credentials: { user, password: new Secret(password) },
    cameraTime: () => times[Math.min(rereads, 1)] as number,
    rereadClock: async () => void (rereads += 1),
  });
  closers.push(
    () => transport.close(),
    () => camera.close(),
  );
  return { camera, client, rereads: () => rereads };
}

const call = { op: 'onvif.test', path: '/onvif', body: '<tds:Get/>' };
const OK = soap('<GetResponse>fine</GetResponse>');

/** What cameras and their owners choose, and what breaks headers and XML. */
const SPECIAL_PASSWORDS = ['a:b:c', '<&>"\'', '安格🔒', ' spaces ', '\\"quoted\\"'];

/** A camera that wants HTTP Digest with these algorithms; the newest nonce only. */
function digestGate(realm: string, algorithms: readonly string[], password: string): Handler & { nonce: string } {
  const gate = (heard: Heard): string | Answer => {
    const header = heard.headers.authorization ?? '';
    const field = (name: string): string => new RegExp(`${name}="?([^",]*)`).exec(header)?.[1] ?? '';
    const hash = (text: string): string =>
      createHash(field('algorithm') === 'SHA-256' ? 'sha256' : 'md5')
        .update(text)
        .digest('hex');
    const a1 = hash(`${field('username')}:${realm}:${password}`);
    const expected = hash([a1, gate.nonce, field('nc'), field('cnonce'), 'auth', hash(`POST:${heard.path}`)].join(':'));
    if (header !== '' && field('realm') === realm && field('response') === expected) return OK;
    const challenges = algorithms.map(
      (name) => `Digest realm="${realm}", qop="auth", algorithm=${name}, nonce="${gate.nonce}"`,
    );
    return { status: 401, headers: { 'www-authenticate': challenges }, body: '' };
  };
  gate.nonce = 'n0';
  return gate;
}

describe('with a token', () => {
  it('a call proves the password and gets what the body holds', async () => {
    const { camera, client } = await bench({ Get: OK });
    const { payload } = await client.call(call);
    expect(payload).toMatchObject({ name: 'GetResponse', text: 'fine' });
    expect(tokenFits(camera.last('Get'), PASSWORD, 0)).toBe(true);
    expect(camera.last('Get').xml).not.toContain('CANARY');
  });

  it('a refusal is tried once more after the clock was read again', async () => {
    const day = 86_400_000;
    const gate: Handler = (heard) => (tokenFits(heard, PASSWORD, day) ? OK : fault('ter:NotAuthorized')());
    const { camera, client, rereads } = await bench({ Get: gate }, { times: [0, day] });
    await expect(client.call(call)).resolves.toMatchObject({ payload: { text: 'fine' } });
    expect(rereads()).toBe(1);
    expect(camera.times('Get')).toBe(2);
  });

  it('a wrong password is sent twice, then never again', async () => {
    const { camera, client } = await bench({ Get: fault('ter:NotAuthorized', 'Sender not Authorized') });
    await expect(client.call(call)).rejects.toMatchObject({ code: 'onvif.not-authorized', retry: 'never' });
    await expect(client.call(call)).rejects.toMatchObject({ code: 'onvif.not-authorized', retry: 'never' });
    await expect(client.call(call)).rejects.toMatchObject({ code: 'onvif.not-authorized' });
    expect(camera.times('Get')).toBe(2);
  });

  it('a call that went well clears the count', async () => {
    const answers = [fault('ter:NotAuthorized')(), OK, fault('ter:NotAuthorized')(), OK];
    const { camera, client } = await bench({ Get: () => answers.shift() ?? '' });
    await client.call(call);
    await client.call(call);
    expect(camera.times('Get')).toBe(4);
  });

  it('an anonymous call carries nothing, also after the password was refused', async () => {
    const { camera, client } = await bench({ Get: fault('ter:NotAuthorized'), Open: OK });
    await expect(client.call(call)).rejects.toMatchObject({ code: 'onvif.not-authorized' });
    await client.call({ ...call, body: '<tds:Open/>', anonymous: true });
    expect(camera.last('Open').xml).not.toContain('UsernameToken');
    expect(camera.last('Open').headers.authorization).toBeUndefined();
  });

  it.each(SPECIAL_PASSWORDS)('the password %j is proven', async (password) => {
    const get: Handler = (heard) => (tokenFits(heard, password, 0) ? OK : fault('ter:NotAuthorized')());
    const { camera, client } = await bench({ Get: get }, { password });
    await client.call(call);
    expect(camera.times('Get')).toBe(1);
  });

  it('a camera without a user is asked without credentials', async () => {
    const { camera, client } = await bench({ Get: OK }, { user: '' });
    await client.call(call);
    expect(camera.last('Get').xml).not.toContain('UsernameToken');
  });
});

/** Holds the answer of one camera until the other was asked, then gives both in the other order. */
class Crossing {
  pairs = 0;
  private waiting: (() => void) | undefined;

  through(gate: Handler): Handler {
    return async (heard) => {
      const first = this.waiting;
      if (first) {
        this.waiting = undefined;
        this.pairs += 1;
        setImmediate(first);
      } else await new Promise<void>((release) => (this.waiting = release));
      return gate(heard);
    };
  }
}

describe('with HTTP Digest', () => {
  it('a camera with two challenges gets the stronger answer, and from then on only that', async () => {
    const { camera, client, rereads } = await bench({ Get: digestGate('cam', ['MD5', 'SHA-256'], PASSWORD) });
    await client.call(call);
    await client.call(call);
    expect(camera.times('Get')).toBe(3);
    expect(camera.last('Get').headers.authorization).toContain('algorithm=SHA-256');
    expect(camera.last('Get').headers.authorization).toContain('nc=00000002');
    expect(camera.last('Get').xml).not.toContain('UsernameToken');
    expect(rereads()).toBe(0);
  });

  it('a new nonce is taken without counting as a refusal of the password', async () => {
    const gate = digestGate('cam', ['MD5'], PASSWORD);
    const { camera, client } = await bench({ Get: gate });
    for (const nonce of ['n1', 'n2', 'n3', 'n4']) {
      await client.call(call);
      gate.nonce = nonce;
    }
    await expect(client.call(call)).resolves.toBeDefined();
    expect(camera.times('Get')).toBe(10);
  });

  it('a wrong password is sent twice', async () => {
    const { camera, client } = await bench({ Get: digestGate('cam', ['MD5'], 'another') });
    await expect(client.call(call)).rejects.toMatchObject({ code: 'onvif.not-authorized' });
    await expect(client.call(call)).rejects.toMatchObject({ code: 'onvif.not-authorized' });
    expect(camera.times('Get')).toBe(2);
  });

  it('a camera that calls every nonce stale comes to an end', async () => {
    const stale = { status: 401, headers: { 'www-authenticate': 'Digest realm="r", nonce="n", stale=true' }, body: '' };
    const { camera, client } = await bench({ Get: () => stale });
    await expect(client.call(call)).rejects.toMatchObject({ code: 'onvif.not-authorized' });
    expect(camera.times('Get')).toBeLessThanOrEqual(4);
  });

  it('Basic is never answered', async () => {
    const basic = { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' }, body: '' };
    const { camera, client } = await bench({ Get: () => basic });
    await expect(client.call(call)).rejects.toMatchObject({ code: 'onvif.not-authorized' });
    expect(camera.heard.map((heard) => heard.headers.authorization)).toEqual([undefined, undefined]);
  });

  it('two cameras whose answers cross on the way never get each other’s', async () => {
    const crossing = new Crossing();
    const one = await bench(
      { Get: crossing.through(digestGate('one', ['MD5'], 'pw-one')) },
      { user: 'user-one', password: 'pw-one' },
    );
    const two = await bench(
      { Get: crossing.through(digestGate('two', ['SHA-256'], 'pw-two')) },
      { user: 'user-two', password: 'pw-two' },
    );
    await Promise.all([one.client.call(call), two.client.call(call)]);
    expect(crossing.pairs).toBe(2);
    for (const [{ camera }, name] of [[one, 'one'] as const, [two, 'two'] as const]) {
      expect(camera.times('Get')).toBe(2);
      expect(camera.last('Get').headers.authorization).toMatch(`username="user-${name}", realm="${name}"`);
    }
  });

  it.each(SPECIAL_PASSWORDS)('the password %j is proven with MD5 and with SHA-256', async (password) => {
    for (const algorithm of ['MD5', 'SHA-256']) {
      const { camera, client } = await bench({ Get: digestGate('cam', [algorithm], password) }, { password });
      await client.call(call);
      expect(camera.times('Get')).toBe(2);
    }
  });

  it('two cameras asked at the same time never get each other’s answers', async () => {
    const one = await bench({ Get: digestGate('one', ['MD5'], 'pw-one') }, { user: 'user-one', password: 'pw-one' });
    const two = await bench(
      { Get: digestGate('two', ['SHA-256'], 'pw-two') },
      { user: 'user-two', password: 'pw-two' },
    );
    const calls = Array.from({ length: 40 }, (_, index) => (index % 2 ? one : two).client.call(call));
    await Promise.all(calls);
    const answersOf = ({ camera }: Bench): string[] =>
      camera.heard.flatMap((heard) => heard.headers.authorization ?? []);
    expect(answersOf(one).length).toBeGreaterThanOrEqual(20);
    for (const answer of answersOf(one)) expect(answer).toMatch(/username="user-one", realm="one"/);
    for (const answer of answersOf(two)) expect(answer).toMatch(/username="user-two", realm="two"/);
  });
});

describe('a reply that is no answer', () => {
  it('a fault is typed and keeps its subcode', async () => {
    const { client } = await bench({ Get: fault('wsrf-rw:ResourceUnknownFault', 'gone', 500) });
    const error = await client.call(call).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'onvif.fault', retry: 'later', op: 'onvif.test', subject: 'cam-1' });
    expect((error as Error).cause).toBeInstanceOf(SoapFault);
    expect((error as Error).cause).toMatchObject({ subcodes: ['ResourceUnknownFault'], reason: 'gone' });
  });

  it('an HTTP error without an envelope is a fault with its status', async () => {
    const { client } = await bench({ Get: () => ({ status: 503, body: '<html>busy</html>' }) });
    await expect(client.call(call)).rejects.toMatchObject({ code: 'onvif.fault', detail: 'HTTP 503' });
  });

  it.each([
    ['nothing', ''],
    ['a truncated envelope', soap('<GetResponse>').slice(0, -40)],
    ['a document type', `<!DOCTYPE x>${soap('<GetResponse/>')}`],
    ['a nested bomb', soap('<a>'.repeat(20_000) + '</a>'.repeat(20_000))],
    ['an empty body', soap('')],
  ])('%s is a hostile reply', async (_what, body) => {
    const { client } = await bench({ Get: () => ({ body }) });
    await expect(client.call(call)).rejects.toMatchObject({ code: 'onvif.hostile-reply' });
  });
});
