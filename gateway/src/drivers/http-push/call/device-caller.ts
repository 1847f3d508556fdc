import { AnGridError, type GatewayTime } from '@angrid/contract';
import type { Instruction } from '@angrid/device-profiles';
import type { Clock } from '@angrid/runtime';
import { parseDeviceUrl } from '../../../devices/address-guard.js';
import { type Credentials, DigestAuth, readChallenges } from '../../../digest/digest.js';
import type { Obeyed, ReadingSink } from '../../driver.js';
import type { Counters } from '../http-push.js';
import { defaultLimits } from '../limits.js';
import { CallRefused, type Exchanged, exchange } from './exchange.js';
import { basicHeader } from './basic.js';

/** A device that the gateway calls. */
export interface CallAccount {
  readonly deviceId: string;
  /** `http://192.168.50.20`; a path in it is left out. */
  readonly address: string;
  readonly credentials: Credentials | undefined;
  /** The largest answer in bytes. */
  readonly maxBytes: number;
  /** Reads an answer as the profile does; throws `profile.malformed-payload`. */
  parse(body: Buffer): unknown;
}

export interface DeviceCallerOptions {
  readonly sink: ReadingSink;
  readonly clock: Clock;
  readonly counters: Counters;
  stamp(): GatewayTime;
  /** The one address to connect to, or `device.address-refused`. Asked before every call. */
  resolve(host: string): Promise<string>;
  readonly callMs?: number;
  /** Calls of one device that wait for each other. */
  readonly waiting?: number;
}

interface Line {
  last: Promise<unknown>;
  waiting: number;
  digest: DigestAuth | undefined;
  /** The certificate that the device showed first; another one later is refused. */
  fingerprint: string | undefined;
  /** Passwords refused in a row: a device locks its account after a few. */
  refusals: number;
  credentials: Credentials | undefined;
}

const MOST_REFUSALS = 2;

/**
 * Makes requests to devices: one at a time each, to a checked address, with a total deadline, a bounded answer, no
 * redirects and no compression. HTTP Digest is answered everywhere, Basic only over TLS.
 */
export class DeviceCaller {
  private readonly lines = new Map<string, Line>();

  constructor(private readonly options: DeviceCallerOptions) {}

  /** Throws `device.busy`, `device.unreachable`, `device.refused`, `device.address-*`, and what the sink throws. */
  async call(account: CallAccount, instruction: Instruction): Promise<Obeyed> {
    const line = this.lineOf(account);
    const { waiting: most = 8 } = this.options;
    if (line.waiting >= most) throw failure('device.busy', account, `${most} calls wait`);
    line.waiting += 1;
    const turn = line.last.then(() => this.callNow(account, instruction, line));
    line.last = turn.catch(() => undefined).then(() => void (line.waiting -= 1));
    return turn;
  }

  forget(deviceId: string): void {
    this.lines.delete(deviceId);
  }

  private async callNow(account: CallAccount, instruction: Instruction, line: Line): Promise<Obeyed> {
    if (line.refusals >= MOST_REFUSALS) throw failure('device.refused', account, 'the password was refused before');
    const body = await this.within(account, (signal) => this.converse({ account, instruction, line, signal }));
    this.options.counters.count('http_calls');
    const { answerTopic: topic } = instruction;
    if (topic !== undefined) {
      const { sink, stamp } = this.options;
      await sink.accept({ deviceId: account.deviceId, protocol: 'http', topic, body, received: stamp() });
    }
    return { answer: parsed(account, body) };
  }

  /** Everything of a call, from the name to the last byte, ends at its deadline. */
  private async within<T>(account: CallAccount, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, callMs = defaultLimits.callMs } = this.options;
    const over = new AbortController();
    const late = new Promise<never>((_resolve, reject) => {
      over.signal.addEventListener('abort', () =>
        reject(failure('device.unreachable', account, `no whole answer within ${callMs} ms`)),
      );
    });
    const cancel = clock.after(callMs, () => over.abort());
    const done = work(over.signal);
    done.catch(() => undefined);
    try {
      return await Promise.race([done, late]);
    } catch (error) {
      if (error instanceof CallRefused) throw failure(error.code, account, error.message);
      throw error;
    } finally {
      cancel();
      late.catch(() => undefined);
    }
  }

  private async converse(call: Conversation): Promise<Buffer> {
    const { account, line } = call;
    const { url, host, scheme } = parseDeviceUrl(account.address, ['http', 'https']);
    const address = await this.options.resolve(host);
    const ask = async (authorization: string | undefined): Promise<Exchanged> => {
      const { instruction, signal } = call;
      const { maxBytes } = account;
      const given = await exchange({ url, host, address, instruction, authorization, maxBytes, signal, pin: line });
      return given;
    };
    const { method, topic } = call.instruction;
    const first = await ask(line.digest?.header(method, `/${topic}`));
    if (first.status !== 401) return bodyOf(first, line);
    const authorization = this.authorizationFor(first, call, scheme === 'https');
    return bodyOf(await ask(authorization), line);
  }

  private authorizationFor(
    { challenges }: Exchanged,
    { account, line, instruction }: Conversation,
    secure: boolean,
  ): string {
    const { credentials } = account;
    if (!credentials) throw new CallRefused('device.refused', 'it asks for a password');
    line.digest ??= new DigestAuth(credentials);
    const verdict = line.digest.take(readChallenges(challenges));
    const digest = line.digest.header(instruction.method, `/${instruction.topic}`);
    if (verdict !== 'none' && digest !== undefined) return digest;
    line.digest = undefined;
    const basic = readChallenges(challenges).some(({ scheme }) => scheme === 'basic');
    if (basic && secure) return basicHeader(credentials);
    throw new CallRefused(
      'device.refused',
      basic ? 'it wants the password in clear, without TLS' : 'an unknown log-in',
    );
  }

  /** Another password, or another user, begins anew. */
  private lineOf({ deviceId, credentials }: CallAccount): Line {
    const known = this.lines.get(deviceId);
    if (known && sameLogin(known.credentials, credentials)) return known;
    const last = known?.last ?? Promise.resolve();
    const fresh = { waiting: 0, digest: undefined, fingerprint: known?.fingerprint, refusals: 0 };
    const line: Line = { ...fresh, last, credentials };
    this.lines.set(deviceId, line);
    return line;
  }
}

interface Conversation {
  readonly account: CallAccount;
  readonly instruction: Instruction;
  readonly line: Line;
  readonly signal: AbortSignal;
}

function sameLogin(left: Credentials | undefined, right: Credentials | undefined): boolean {
  return left?.user === right?.user && left?.password.reveal() === right?.password.reveal();
}

function bodyOf({ status, body }: Exchanged, line: Line): Buffer {
  if (status === 401) {
    line.refusals += 1;
    line.digest = undefined;
  }
  if (status < 200 || status > 299) throw new CallRefused('device.refused', `HTTP ${status}`);
  line.refusals = 0;
  return body;
}

/** An answer that the profile cannot read says nothing; the sink has counted it. */
function parsed(account: CallAccount, body: Buffer): unknown {
  try {
    return account.parse(body);
  } catch (error) {
    if (error instanceof AnGridError && error.code === 'profile.malformed-payload') return undefined;
    throw error;
  }
}

function failure(code: CallRefused['code'] | 'device.busy', { deviceId }: CallAccount, detail: string): AnGridError {
  return new AnGridError(code, { op: 'http.call', subject: deviceId, detail });
}
