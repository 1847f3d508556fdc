import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import type { GatewayTime } from '@angrid/contract';
import { Secret, silentLog, VirtualClock } from '@angrid/runtime';
import type { DeviceHealth, DialledDevice, DriverContext, Reading } from '../driver.js';
import { readXml, type XmlElement } from './soap/xml.js';

/** One request as the camera of a test heard it. */
export interface Heard {
  readonly operation: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly xml: string;
  readonly envelope: XmlElement;
  /** Local port of the gateway's side: the same for requests over one connection. */
  readonly remotePort: number;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body: string | Buffer;
}

export type Handler = (heard: Heard) => string | Answer | Promise<string | Answer>;
export type Handlers = Readonly<Record<string, string | Handler>>;

/** An HTTP server on the loopback that answers SOAP operations as the test says; an operation without answer faults. */
export class TestCamera {
  readonly heard: Heard[] = [];
  private readonly waiting: { operation: string; count: number; done: () => void }[] = [];

  private constructor(
    private readonly server: Server,
    private readonly handlers: Handlers,
  ) {}

  static async start(
    handlers: Handlers,
    create: (onRequest: RequestListener) => Server = createServer,
  ): Promise<TestCamera> {
    const server = create((request, response) => void camera.serve(request, response));
    const camera = new TestCamera(server, handlers);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return camera;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}/onvif/device_service`;
  }

  times(operation: string): number {
    return this.heard.filter((heard) => heard.operation === operation).length;
  }

  last(operation: string): Heard {
    const found = this.heard.findLast((heard) => heard.operation === operation);
    if (!found) throw new Error(`${operation} was never heard`);
    return found;
  }

  /** Resolves once the operation was heard so many times. */
  async hears(operation: string, count = 1): Promise<void> {
    if (this.times(operation) >= count) return;
    await new Promise<void>((done) => this.waiting.push({ operation, count, done }));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const heard = await hear(request);
    this.heard.push(heard);
    for (const entry of this.waiting) if (this.times(entry.operation) >= entry.count) entry.done();
    const handler = this.handlers[heard.operation] ?? fault('ter:ActionNotSupported');
    const answer = typeof handler === 'string' ? handler : await handler(heard);
    const { status = 200, headers = {}, body } = typeof answer === 'string' ? { body: answer } : answer;
    response.writeHead(status, { 'content-type': 'application/soap+xml', ...headers }).end(body);
  }
}

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

async function hear(request: IncomingMessage): Promise<Heard> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const xml = Buffer.concat(chunks).toString('utf8');
  const envelope = readXml(xml);
  return {
    operation: envelope.children.at(-1)?.children[0]?.name ?? '',
    path: request.url ?? '',
    headers: request.headers,
    xml,
    envelope,
    remotePort: request.socket.remotePort ?? 0,
  };
}

export const soap = (body: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" ' +
  'xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:wsa5="http://www.w3.org/2005/08/addressing" ' +
  'xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:tns1="http://www.onvif.org/ver10/topics">' +
  `<SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`;

export function fault(subcode: string, reason = 'it went wrong', status = 400): () => Answer {
  const body = soap(
    '<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value>' +
      `<SOAP-ENV:Subcode><SOAP-ENV:Value>${subcode}</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code>` +
      `<SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">${reason}</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>`,
  );
  return () => ({ status, body });
}

export function dateTimeReply(ms: number): string {
  const at = new Date(ms);
  return soap(
    '<tds:GetSystemDateAndTimeResponse xmlns:tds="urn:d"><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>' +
      `<tt:UTCDateTime><tt:Time><tt:Hour>${at.getUTCHours()}</tt:Hour><tt:Minute>${at.getUTCMinutes()}</tt:Minute>` +
      `<tt:Second>${at.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${at.getUTCFullYear()}</tt:Year>` +
      `<tt:Month>${at.getUTCMonth() + 1}</tt:Month><tt:Day>${at.getUTCDate()}</tt:Day></tt:Date></tt:UTCDateTime>` +
      '</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>',
  );
}

export const capabilitiesReply = soap(
  '<tds:GetCapabilitiesResponse xmlns:tds="urn:d"><tds:Capabilities>' +
    '<tt:Events><tt:XAddr>http://10.9.9.9:81/onvif/event_service</tt:XAddr></tt:Events>' +
    '<tt:Media><tt:XAddr>http://10.9.9.9:81/onvif/media_service</tt:XAddr></tt:Media>' +
    '</tds:Capabilities></tds:GetCapabilitiesResponse>',
);

export interface Granted {
  /** Camera time of the reply, in ms. */
  readonly now: number;
  readonly lifetimeMs: number;
  readonly address?: string;
  readonly parameters?: string;
}

export function createReply({ now, lifetimeMs, address, parameters = '' }: Granted): string {
  const to = address ?? 'http://10.9.9.9:81/onvif/subscription?Idx=3';
  return soap(
    '<tev:CreatePullPointSubscriptionResponse xmlns:tev="urn:e"><tev:SubscriptionReference>' +
      `<wsa5:Address>${to}</wsa5:Address>${parameters}</tev:SubscriptionReference>` +
      `<wsnt:CurrentTime>${iso(now)}</wsnt:CurrentTime>` +
      `<wsnt:TerminationTime>${iso(now + lifetimeMs)}</wsnt:TerminationTime></tev:CreatePullPointSubscriptionResponse>`,
  );
}

export function renewReply({ now, lifetimeMs }: Granted): string {
  return soap(
    `<wsnt:RenewResponse><wsnt:TerminationTime>${iso(now + lifetimeMs)}</wsnt:TerminationTime>` +
      `<wsnt:CurrentTime>${iso(now)}</wsnt:CurrentTime></wsnt:RenewResponse>`,
  );
}

export function pullReply(...messages: string[]): string {
  return soap(
    '<tev:PullMessagesResponse xmlns:tev="urn:e"><tev:CurrentTime>2026-01-01T00:00:00Z</tev:CurrentTime>' +
      `<tev:TerminationTime>2026-01-01T00:02:00Z</tev:TerminationTime>${messages.join('')}</tev:PullMessagesResponse>`,
  );
}

/** A motion message as a common camera writes it. */
export function motion(state: string, operation = 'Changed'): string {
  return (
    '<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">' +
    'tns1:VideoSource/MotionAlarm</wsnt:Topic><wsnt:Message>' +
    `<tt:Message UtcTime="2026-01-01T00:00:01Z" PropertyOperation="${operation}">` +
    '<tt:Source><tt:SimpleItem Name="Source" Value="000"/></tt:Source>' +
    `<tt:Data><tt:SimpleItem Name="State" Value="${state}"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`
  );
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** True when the request carries a WS-UsernameToken for the password that is at most a minute old at `nowMs`. */
export function tokenFits(heard: Heard, password: string, nowMs: number): boolean {
  const value = (name: string): string => new RegExp(`<ws(?:se|u):${name}[^>]*>([^<]*)<`).exec(heard.xml)?.[1] ?? '';
  const created = value('Created');
  const nonce = Buffer.from(value('Nonce'), 'base64');
  const expected = createHash('sha1').update(nonce).update(created).update(password).digest('base64');
  return value('Password') === expected && Math.abs(Date.parse(created) - nowMs) <= 60_000;
}

export const PASSWORD = 'S3cr3t-CANARY <&>';

export function device(camera: TestCamera, password = PASSWORD): DialledDevice {
  return { id: 'cam-1', address: camera.address, user: 'admin', password: new Secret(password) };
}

export interface TestContext extends DriverContext {
  readonly clock: VirtualClock;
  readonly readings: Reading[];
  readonly states: { readonly state: DeviceHealth; readonly clockSkewMs?: number }[];
}

/** A context whose sink takes everything, or does what `accept` does. */
export function testContext(accept: (reading: Reading) => Promise<void> = async () => undefined): TestContext {
  const clock = new VirtualClock('2026-01-01T00:00:00Z');
  const readings: Reading[] = [];
  const states: { state: DeviceHealth; clockSkewMs?: number }[] = [];
  return {
    clock,
    readings,
    states,
    log: silentLog,
    sink: {
      async accept(reading) {
        await accept(reading);
        readings.push(reading);
        return { answer: undefined };
      },
    },
    stamp: (): GatewayTime => ({ wall: iso(clock.wall()), monotonicMs: clock.monotonic(), boot: 'boot-1' }),
    resolve: async (host) => host,
    health: (state, detail) => void states.push({ state, ...detail }),
  };
}
