import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type HttpReply, ReplyReader } from './http-reply.js';

/** The camera had closed an idle connection just when it was used again; nothing of the request was answered. */
export class IdleLineLost extends Error {}

/** Where a line goes to. */
export interface LineTarget {
  /** IP literal. */
  readonly address: string;
  readonly port: number;
  /** As the device was written: IP literal or name. */
  readonly host: string;
  readonly secure: boolean;
}

interface Exchange {
  readonly reader: ReplyReader;
  readonly resolve: (reply: HttpReply) => void;
  readonly reject: (error: unknown) => void;
  answered: boolean;
}

/** One connection to a camera that carries one request at a time. */
export class CameraLine {
  private current: Exchange | undefined;
  private carried = 0;
  private closed = false;

  private constructor(
    /** What it is connected to. */
    readonly address: string,
    private readonly socket: Socket,
    private readonly onClosed: (line: CameraLine) => void,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.receive(bytes));
    socket.on('end', () => this.close());
    socket.on('error', (error) => this.close(error));
    socket.on('close', () => this.close());
  }

  /** `onOpening` gets the means to give it up; `onClosed` is told once when the line is of no more use. */
  static open(
    target: LineTarget,
    onOpening: (giveUp: () => void) => void,
    onClosed: (line: CameraLine) => void,
  ): Promise<CameraLine> {
    const socket = dial(target);
    onOpening(() => socket.destroy());
    return new Promise((resolve, reject) => {
      const gone = (): void => reject(new Error('closed while it was opened'));
      socket.once('error', reject).once('close', gone);
      socket.once(target.secure ? 'secureConnect' : 'connect', () => {
        socket.off('error', reject).off('close', gone);
        resolve(new CameraLine(target.address, socket, onClosed));
      });
    });
  }

  /** SHA-256 fingerprint of the camera's certificate; undefined where there is none. */
  fingerprint(): string | undefined {
    return 'getPeerCertificate' in this.socket
      ? (this.socket as TLSSocket).getPeerCertificate().fingerprint256
      : undefined;
  }

  /** True while it carries another request. */
  get open(): boolean {
    return !this.closed;
  }

  /** Sends a whole request and reads its reply. Throws IdleLineLost, ReplyRefused, and errors of the socket. */
  exchange(request: Buffer, mostBytes: number): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      this.current = { reader: new ReplyReader(mostBytes), resolve, reject, answered: false };
      this.socket.write(request);
    });
  }

  close(error?: Error): void {
    if (this.closed) return;
    this.closed = true;
    this.socket.destroy();
    this.onClosed(this);
    const { current } = this;
    this.current = undefined;
    if (!current) return;
    const reply = error === undefined ? current.reader.end() : undefined;
    if (reply) current.resolve(reply);
    else if (this.carried > 0 && !current.answered) current.reject(new IdleLineLost());
    else current.reject(error ?? new Error('the camera hung up'));
  }

  /** Bytes that nobody asked for end the line. */
  private receive(bytes: Buffer): void {
    const { current } = this;
    if (!current) return this.close();
    current.answered = true;
    try {
      const reply = current.reader.feed(bytes);
      if (reply) this.finish(current, reply);
    } catch (error) {
      this.close(error as Error);
    }
  }

  private finish(current: Exchange, reply: HttpReply): void {
    this.carried += 1;
    this.current = undefined;
    if (!current.reader.reusable) this.close();
    current.resolve(reply);
  }
}

function dial({ address: host, port, host: name, secure }: LineTarget): Socket {
  if (!secure) return connect({ host, port });
  const servername = isIP(name) === 0 ? { servername: name } : {};
  return connectTls({ host, port, rejectUnauthorized: false, ...servername });
}
