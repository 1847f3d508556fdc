import { connect, type Socket } from 'node:net';
import { eventOf, type Voice, voices } from './voices.js';

export interface PanelAccess {
  readonly host: string;
  readonly port: number;
  readonly device: string;
  readonly user: string;
  readonly password: string;
  readonly voice: Voice;
  /** Where it waits for a message on this topic in place of the PUBACK. */
  readonly outcome?: string | undefined;
}

const KEEP_ALIVE_SECONDS = 600;
const CLEAN_SESSION_USER_PASSWORD = 0xc2;
const CONNACK = 0x20;
const PUBLISH = 0x30;
const PUBACK = 0x40;
const SUBACK = 0x90;

/** A panel that costs next to nothing: one socket, one event under way at most, the next ones wait for their turn. */
export class BenchPanel {
  /** Called with the time when the event was due, once it is over. */
  onDone: (due: number) => void = () => undefined;
  private readonly due: number[] = [];
  private rest: Buffer = Buffer.alloc(0);
  private ready: () => void = () => undefined;
  private sequence = 0;
  private packetId = 0;
  private busy = false;
  private readonly topic: Buffer;

  private constructor(
    private readonly access: PanelAccess,
    private readonly socket: Socket,
  ) {
    socket.setNoDelay(true);
    this.topic = text(voices[access.voice].topic(access.device));
    socket.on('data', (bytes: Buffer) => this.take(bytes));
  }

  /** Resolves when it is connected, and has subscribed where it waits for a message. */
  static connect(access: PanelAccess): Promise<BenchPanel> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: access.host, port: access.port });
      socket.once('error', reject);
      socket.once('close', () => reject(new Error(`the broker let ${access.device} go`)));
      const panel = new BenchPanel(access, socket);
      panel.ready = () => resolve(panel);
      const flags = Buffer.of(4, CLEAN_SESSION_USER_PASSWORD, KEEP_ALIVE_SECONDS >> 8, KEEP_ALIVE_SECONDS & 0xff);
      const login = [text(access.user), text(access.user), text(access.password)];
      socket.write(packet(0x10, [text('MQTT'), flags, ...login]));
    });
  }

  /** One event that was due at that time. */
  talk(due: number): void {
    this.due.push(due);
    if (!this.busy) this.send();
  }

  /** Forgets what has not been sent yet. */
  hush(): void {
    this.due.length = this.busy ? 1 : 0;
  }

  private send(): void {
    this.busy = true;
    this.sequence += 1;
    this.packetId = (this.packetId % 65_535) + 1;
    const body = Buffer.from(eventOf(this.access.voice, this.access.device, this.sequence));
    this.socket.write(packet(0x32, [this.topic, Buffer.of(this.packetId >> 8, this.packetId & 0xff), body]));
  }

  private take(bytes: Buffer): void {
    let data = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    for (let end = frameEnd(data); end > 0; end = frameEnd(data)) {
      this.read((data[0] ?? 0) & 0xf0);
      data = data.subarray(end);
    }
    this.rest = data;
  }

  private read(type: number): void {
    const { outcome } = this.access;
    if (type === CONNACK && outcome !== undefined)
      this.socket.write(packet(0x82, [Buffer.of(0, 1), text(outcome), Buffer.of(0)]));
    else if (type === CONNACK || type === SUBACK) this.ready();
    else if (type === (outcome === undefined ? PUBACK : PUBLISH)) this.done();
  }

  private done(): void {
    this.busy = false;
    const due = this.due.shift();
    if (this.due.length > 0) this.send();
    if (due !== undefined) this.onDone(due);
  }
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

/** Where the first packet ends; 0 until it is whole. */
function frameEnd(data: Buffer): number {
  let length = 0;
  for (let at = 1; at < Math.min(data.length, 5); at += 1) {
    const byte = data[at] ?? 0;
    length |= (byte & 0x7f) << (7 * (at - 1));
    if (byte & 0x80) continue;
    return at + 1 + length <= data.length ? at + 1 + length : 0;
  }
  return 0;
}
