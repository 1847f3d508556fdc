import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface WireAccess {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Of a listener that speaks TLS. */
  readonly ca?: string;
}

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

const KEEP_ALIVE_SECONDS = 60;
const CLEAN_SESSION_USER_PASSWORD = 0xc2;

/** A panel on a socket, MQTT 3.1.1, QoS 1: as little code as there can be between a test and the bytes. */
export class WirePanel {
  private readonly waiting = new Map<number, Waiting>();
  private greeted: Waiting | undefined;
  private rest: Buffer = Buffer.alloc(0);
  private packetId = 0;
  private readonly pings: NodeJS.Timeout;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.take(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.end());
    this.pings = setInterval(() => socket.write(Buffer.of(0xc0, 0)), (KEEP_ALIVE_SECONDS * 1000) / 2);
  }

  /** Resolves with the CONNACK. */
  static async connect({ host, port, user, password, ca }: WireAccess): Promise<WirePanel> {
    const socket = ca === undefined ? connect({ host, port }) : connectTls({ host, port, ca });
    const panel = new WirePanel(socket);
    const fields = [text('MQTT'), Buffer.of(4, CLEAN_SESSION_USER_PASSWORD, 0, KEEP_ALIVE_SECONDS)];
    socket.write(packet(0x10, [...fields, text(user), text(user), text(password)]));
    await new Promise<void>((resolve, reject) => {
      if (socket.destroyed) reject(lost());
      panel.greeted = { resolve, reject };
    });
    return panel;
  }

  /** Resolves with the PUBACK; rejects where the connection ends without it. */
  publish(topic: string, body: string, again = false): Promise<void> {
    this.packetId = (this.packetId % 65_535) + 1;
    const id = this.packetId;
    return new Promise((resolve, reject) => {
      if (this.socket.destroyed) return reject(lost());
      this.waiting.set(id, { resolve, reject });
      const head = again ? 0x3a : 0x32;
      this.socket.write(packet(head, [text(topic), Buffer.of(id >> 8, id & 0xff), Buffer.from(body)]));
    });
  }

  leave(): void {
    this.socket.end(Buffer.of(0xe0, 0));
    this.socket.destroySoon();
  }

  private take(bytes: Buffer): void {
    let data = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    for (let frame = frameOf(data); frame; frame = frameOf(data)) {
      this.read(data[0] ?? 0, data.subarray(frame.start, frame.end));
      data = data.subarray(frame.end);
    }
    this.rest = data;
  }

  private read(head: number, body: Buffer): void {
    if (head === 0x20) {
      const refused = body[1] ?? 0xff;
      if (refused === 0) this.greeted?.resolve();
      else this.greeted?.reject(new Error(`the broker refuses the panel: CONNACK ${refused}`));
    }
    if (head !== 0x40) return;
    const id = body.readUInt16BE(0);
    this.waiting.get(id)?.resolve();
    this.waiting.delete(id);
  }

  private end(): void {
    clearInterval(this.pings);
    this.greeted?.reject(lost());
    for (const { reject } of this.waiting.values()) reject(lost());
    this.waiting.clear();
  }
}

function lost(): Error {
  return new Error('the connection has ended');
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
}

function packet(head: number, fields: readonly Buffer[]): Buffer {
  const body = Buffer.concat(fields);
  const size = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.of(head, ...size), body]);
}

/** Where the first packet's body lies; undefined until it is whole. */
function frameOf(data: Buffer): { readonly start: number; readonly end: number } | undefined {
  let length = 0;
  for (let at = 1; at < Math.min(data.length, 5); at += 1) {
    const byte = data[at] ?? 0;
    length |= (byte & 0x7f) << (7 * (at - 1));
    if (byte & 0x80) continue;
    const end = at + 1 + length;
    return end <= data.length ? { start: at + 1, end } : undefined;
  }
  return undefined;
}
