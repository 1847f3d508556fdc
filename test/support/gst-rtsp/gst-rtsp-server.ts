import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Mount {
  /** `/cam/main`. */
  readonly path: string;
  readonly codec: 'h264' | 'h265';
  readonly fps: number;
  /** Annex B file with access unit delimiters. */
  readonly video: string;
  /** ADTS file. */
  readonly audio?: string;
  /** XML document that is sent once a second as an ONVIF metadata track. */
  readonly metadata?: string;
}

export interface GstRtspOptions {
  readonly user: string;
  readonly password: string;
  readonly mounts: readonly Mount[];
  /** Any free one where it is not given. */
  readonly port?: number;
}

/** Seen from the sources and from the build. */
const SUPPORT = import.meta.url.includes('/test/dist/') ? '../../../support/gst-rtsp/' : './';
const SCRIPT = fileURLToPath(new URL(`${SUPPORT}server.py`, import.meta.url));
/** Debian's own interpreter: the bindings of GStreamer are installed for it alone. */
const PYTHON = '/usr/bin/python3';

/** A real RTSP server as a process of its own (gst-rtsp-server): Digest, RTP over TCP, streams in a loop in real time. */
export class GstRtspServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly answers: AsyncIterator<string>,
    readonly port: number,
  ) {}

  static async start(options: GstRtspOptions): Promise<GstRtspServer> {
    const child = spawn(PYTHON, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stdin.write(`${JSON.stringify(options)}\n`);
    const { value } = await answers.next();
    if (typeof value !== 'string') throw new Error('gst-rtsp-server did not start: run deploy/dev/setup.sh');
    return new GstRtspServer(child, answers, (JSON.parse(value) as { port: number }).port);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  url(path: string): string {
    return `rtsp://127.0.0.1:${this.port}${path}`;
  }

  /** Another password from now on; who is connected is put out. */
  async setPassword(password: string): Promise<void> {
    await this.order({ password });
  }

  /** Plays another file there from now on. */
  async play(path: string, video: string): Promise<void> {
    await this.order({ path, video });
  }

  /** Stands still in the middle of whatever it does; its connections stay. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** Goes without a word. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
  }

  private async order(order: object): Promise<void> {
    this.child.stdin?.write(`${JSON.stringify(order)}\n`);
    await this.answers.next();
  }
}
