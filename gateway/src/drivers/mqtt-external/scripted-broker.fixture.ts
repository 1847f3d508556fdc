import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type FrameHead, FrameReader } from '../../mqtt/frame-reader.js';

/** A packet that the gateway sent. */
export interface Heard {
  readonly type: number;
  readonly body: Buffer;
}

export interface BrokerPublish {
  readonly topic: string;
  readonly payload?: string | Buffer;
  readonly id?: number;
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
}

export interface Manner {
  /** 3.1.1 unless given. */
  readonly level?: 4 | 5;
  /** Code of the CONNACK; undefined leaves the gateway without one. */
  readonly code?: number | undefined;
  readonly sessionPresent?: boolean;
  /** Filters that get 0x80. */
  refuses?(filter: string): boolean;
}

const type = { connect: 1, publish: 3, puback: 4, subscribe: 8, unsubscribe: 10, ping: 12 } as const;

/** A broker that does what the test says, packet by packet: it sees exactly when a PUBACK comes. */
export class ScriptedBroker {
  readonly links: ScriptedLink[] = [];
  private readonly waiting: ((link: ScriptedLink) => void)[] = [];
  manner: Manner = {};

  private constructor(
    private readonly server: Server,
    private readonly encrypted: boolean,
  ) {
    server.on(encrypted ? 'secureConnection' : 'connection', (socket: Socket) => {
      const link = new ScriptedLink(socket, this.manner);
      this.links.push(link);
      for (const resolve of this.waiting.splice(0)) resolve(link);
    });
  }

  static async listen(
    manner: Manner = {},
    tls?: { readonly key: string; readonly cert: string },
  ): Promise<ScriptedBroker> {
    const server = tls ? createTlsServer(tls) : createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const broker = new ScriptedBroker(server, tls !== undefined);
    broker.manner = manner;
    return broker;
  }

  get url(): URL {
    return new URL(`${this.encrypted ? 'mqtts' : 'mqtt'}://127.0.0.1:${(this.server.address() as AddressInfo).port}`);
  }

  /** The next connection that the gateway opens. */
  nextLink(): Promise<ScriptedLink> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async close(): Promise<void> {
    for (const link of this.links) link.drop();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export class ScriptedLink {
  readonly subscribed: string[] = [];
  readonly unsubscribed: string[] = [];
  readonly acknowledged: number[] = [];
  readonly published: { readonly topic: string; readonly payload: string }[] = [];
  readonly closed: Promise<void>;
  connect: Buffer | undefined;
  private readonly reader = new FrameReader();
  private readonly watchers = new Set<() => void>();

  constructor(
    private readonly socket: Socket,
    private readonly manner: Manner,
  ) {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => this.hear(chunk));
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  send(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  publish(...messages: readonly BrokerPublish[]): void {
    this.send(Buffer.concat(messages.map((message) => publishPacket(message, this.manner.level ?? 4))));
  }

  drop(): void {
    this.socket.destroy();
  }

  /** Resolves when the condition holds, looked at after each packet of the gateway. */
  async until(condition: (link: this) => boolean): Promise<void> {
    if (condition(this)) return;
    await new Promise<void>((resolve) => {
      const look = () => {
        if (!condition(this)) return;
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
    });
  }

  private hear(chunk: Buffer): void {
    this.reader.append(chunk);
    for (let head = this.reader.head(); head; head = this.reader.head()) {
      if (head === 'malformed-length') throw new Error('the gateway sent a malformed length');
      const frame = this.reader.take();
      if (!frame) return;
      this.answer(frame, head);
      for (const look of [...this.watchers]) look();
    }
  }

  private answer(frame: Buffer, head: FrameHead): void {
    const body = frame.subarray(head.headBytes);
    switch (head.type) {
      case type.connect:
        this.connect = Buffer.from(body);
        return this.greet();
      case type.subscribe:
        return this.grant(body);
      case type.unsubscribe:
        this.unsubscribed.push(...filtersIn(body.subarray(this.propertiesEnd(body, 2)), 0));
        return this.send(packet(0xb0, body.subarray(0, 2), ...(this.is5 ? [Buffer.from([0, 0])] : [])));
      case type.puback:
        return void this.acknowledged.push(body.readUInt16BE(0));
      case type.publish:
        return this.take(body);
      case type.ping:
        return this.send(Buffer.from([0xd0, 0]));
    }
  }

  private get is5(): boolean {
    return this.manner.level === 5;
  }

  private greet(): void {
    if (!('code' in this.manner) || this.manner.code !== undefined) {
      const fields = [this.manner.sessionPresent === true ? 1 : 0, this.manner.code ?? 0, ...(this.is5 ? [0] : [])];
      this.send(packet(0x20, Buffer.from(fields)));
    }
  }

  private grant(body: Buffer): void {
    const filters = filtersIn(body.subarray(this.propertiesEnd(body, 2)), 1);
    const codes = filters.map((filter) => (this.manner.refuses?.(filter) === true ? 0x80 : 1));
    this.subscribed.push(...filters);
    this.send(packet(0x90, body.subarray(0, 2), ...(this.is5 ? [Buffer.from([0])] : []), Buffer.from(codes)));
  }

  private take(body: Buffer): void {
    const end = 2 + body.readUInt16BE(0);
    const payload = body.subarray(this.propertiesEnd(body, end + 2));
    this.published.push({ topic: body.toString('utf8', 2, end), payload: payload.toString() });
    this.send(packet(0x40, body.subarray(end, end + 2)));
  }

  private propertiesEnd(body: Buffer, at: number): number {
    return this.is5 ? at + 1 + (body[at] ?? 0) : at;
  }
}

export function publishPacket(message: BrokerPublish, level: 4 | 5): Buffer {
  const { topic, payload = '{}', id = 1, qos = 1, retain = false } = message;
  const address = [text(topic), ...(qos > 0 ? [Buffer.from([id >> 8, id & 0xff])] : [])];
  const properties = level === 5 ? [Buffer.from([2, 1, 1])] : [];
  return packet(0x30 | (qos << 1) | (retain ? 1 : 0), ...address, ...properties, Buffer.from(payload as string));
}

export function packet(first: number, ...body: readonly Buffer[]): Buffer {
  const content = Buffer.concat(body);
  const length: number[] = [];
  for (let rest = content.length; length.length === 0 || rest > 0; rest = Math.floor(rest / 128)) {
    length.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
  }
  return Buffer.concat([Buffer.from([first, ...length]), content]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

function filtersIn(body: Buffer, options: 0 | 1): string[] {
  const filters: string[] = [];
  for (let at = 0; at + 2 <= body.length;) {
    const end = at + 2 + body.readUInt16BE(at);
    filters.push(body.toString('utf8', at + 2, end));
    at = end + options;
  }
  return filters;
}
