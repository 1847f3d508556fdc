import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { AnGridError } from '@angrid/contract';
import { ByteBudget } from '../../bounds/byte-budget.js';
import { compileTopics } from '../../mqtt/topics.js';
import { type Answer, refusalOf, type Refusal, writeAnswer } from './answer.js';
import type { Attendance } from './attendance.js';
import { type Body, BodyRefused, HungUp, messageSize, readBody } from './body.js';
import { DeviceDesk } from './device-desk.js';
import type { Fetched, HeldInstructions } from './held-instructions.js';
import type { HttpPushOptions, PushAccount } from './http-push.js';
import type { HttpLimits } from './limits.js';
import { Login } from './login.js';
import { pathOf, readAddress } from './request-address.js';
import { ipOf, type Turnstile } from './turnstile.js';

export interface ReceptionParts {
  readonly options: HttpPushOptions;
  readonly limits: HttpLimits;
  readonly turnstile: Turnstile;
  readonly held: HeldInstructions;
  readonly attendance: Attendance;
}

/** One request, with what is known of its connection. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly encrypted: boolean;
  /** continue: the device waits for `100 Continue` before it sends its body. */
  readonly expects: 'nothing' | 'continue' | 'unknown';
}

const METHODS = new Set(['GET', 'POST', 'PUT']);
const HEADERS = 64;
/** More than the device may send. */
const OVER_BUDGET: ReadonlySet<Refusal> = new Set(['too-many', 'too-fast', 'no-room', 'body-too-large']);
const MOST_DESKS = 4096;

/** Takes requests: who is it, may it be, what does it say; and answers when the sink has it. */
export class Reception {
  private readonly login: Login;
  private readonly budget: ByteBudget;
  private readonly desks = new Map<string, DeviceDesk>();
  private readonly open = new WeakMap<Socket, number>();

  constructor(private readonly parts: ReceptionParts) {
    const { directory, clock, log } = parts.options;
    this.login = new Login({ directory, limits: parts.limits, clock, log });
    this.budget = new ByteBudget(parts.limits.totalBytes);
  }

  /** Answers a request, whatever comes of it. */
  async take(visit: Visit): Promise<void> {
    const { socket } = visit.request;
    const waiting = (this.open.get(socket) ?? 0) + 1;
    this.open.set(socket, waiting);
    visit.response.once('close', () => this.open.set(socket, (this.open.get(socket) ?? 1) - 1));
    if (waiting > this.parts.limits.pipelined) return void socket.destroy();
    try {
      const answer = await this.answerTo(visit);
      if (typeof answer === 'string') this.refuse(visit, answer);
      else writeAnswer(visit.response, answer);
    } catch (error) {
      this.fail(visit, error);
    }
  }

  /** Requests of the connection that wait for their answers. */
  openOf(socket: Socket): number {
    return this.open.get(socket) ?? 0;
  }

  private async answerTo(visit: Visit): Promise<Answer | Refusal> {
    const { request, encrypted } = visit;
    const refusal = refusalByHead(visit);
    if (refusal) return refusal;
    const address = readAddress(request.url ?? '');
    if (!address) return 'address';
    const { authorization } = request.headers;
    const verdict = this.login.check({ ip: ipOf(request.socket) ?? '', encrypted, address, authorization });
    if ('refusal' in verdict) return verdict.refusal;
    const { account } = verdict;
    this.parts.turnstile.know(request.socket);
    const answer = await this.deskOf(account).admit(() => this.receive(visit, account, address.topic));
    if (typeof answer === 'string' && OVER_BUDGET.has(answer)) this.parts.options.onRefused(account.deviceId);
    return answer;
  }

  private receive(visit: Visit, account: PushAccount, topic: string): Promise<Answer | Refusal> {
    return this.read(visit, account, topic).catch((error: unknown) => {
      if (error instanceof BodyRefused) return error.refusal;
      throw error;
    });
  }

  private async read(visit: Visit, account: PushAccount, topic: string): Promise<Answer | Refusal> {
    const { limits, attendance, options } = this.parts;
    const bounds = { limits, clock: options.clock, maxBytes: account.maxBytes };
    const bytes = messageSize(visit.request, bounds);
    return this.deskOf(account).holding(bytes, async () => {
      if (visit.expects === 'continue') visit.response.writeContinue();
      const body = await readBody(visit.request, bounds);
      const text = await this.handOver(account, topic, body);
      attendance.see(account);
      return this.answerOf(visit, account, { topic, text });
    });
  }

  /** The text that the message is answered with, once it is durable. */
  private async handOver(account: PushAccount, topic: string, body: Body): Promise<string | undefined> {
    const { sink, counters, stamp, onLife } = this.parts.options;
    const { deviceId, vendorId, up, polls } = account;
    const path = pathOf(topic);
    if (polls.includes(path) && !compileTopics(up, vendorId).has(path)) {
      onLife(deviceId);
      return undefined;
    }
    counters.count('http_messages');
    if (body.fault !== undefined) counters.count('http_bodies_malformed', { reason: body.fault });
    const { message, pictures } = body;
    const reading = { deviceId, protocol: 'http', topic, body: message, received: stamp() } as const;
    return (await sink.accept(pictures > 0 ? { ...reading, pictures } : reading)).answer;
  }

  private answerOf(visit: Visit, account: PushAccount, said: { topic: string; text: string | undefined }): Answer {
    const { deviceId, polls, answer, contentType } = account;
    const path = pathOf(said.topic);
    const fetched = polls.includes(path) ? this.parts.held.fetch(deviceId, path) : undefined;
    if (fetched) watch(visit.response, fetched);
    return { status: 200, text: fetched?.payload ?? said.text ?? answer, contentType };
  }

  private refuse({ response, request }: Visit, reason: Refusal): void {
    this.parts.options.counters.count('http_requests_refused', { reason });
    request.pause();
    writeAnswer(response, refusalOf(reason));
  }

  private fail(visit: Visit, error: unknown): void {
    if (error instanceof HungUp) return this.parts.options.counters.count('http_requests_cut_off');
    if (!(error instanceof AnGridError)) this.parts.options.log.error({ err: error }, 'a request over HTTP failed');
    this.refuse(visit, 'not-stored');
  }

  private deskOf({ deviceId }: PushAccount): DeviceDesk {
    const known = this.desks.get(deviceId);
    if (known) return known;
    if (this.desks.size >= MOST_DESKS) this.clearDesks();
    const { limits, options } = this.parts;
    const desk = new DeviceDesk({ limits, clock: options.clock, budget: this.budget });
    this.desks.set(deviceId, desk);
    return desk;
  }

  private clearDesks(): void {
    for (const [device, desk] of this.desks) if (desk.idle) this.desks.delete(device);
  }
}

/** What the head says before anybody is asked who it is. */
function refusalByHead({ request, expects }: Visit): Refusal | undefined {
  if (request.httpVersion !== '1.1' && request.httpVersion !== '1.0') return 'version';
  if (request.rawHeaders.length > 2 * HEADERS) return 'head';
  if (expects === 'unknown') return 'expectation';
  return METHODS.has(request.method ?? '') ? undefined : 'method';
}

/** The device has an instruction when the answer with it was sent whole. */
function watch(response: ServerResponse, fetched: Fetched): void {
  let sent = false;
  response.once('finish', () => {
    sent = true;
    fetched.sent();
  });
  response.once('close', () => {
    if (!sent) fetched.lost();
  });
}
