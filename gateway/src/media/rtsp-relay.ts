import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { AnGridError } from '@angrid/contract';
import { type CameraAddress, connectCamera } from './camera-socket.js';
import { RtspDialogue, type StreamLogin } from './rtsp-dialogue.js';
import { type RtspPart, RtspScanner, writeMessage } from './rtsp-wire.js';

export interface RelayOptions extends CameraAddress {
  readonly login: StreamLogin;
}

/**
 * One RTSP connection of one camera, offered to one local player without address, user or password:
 * `url` names the loopback port and a random path. The first connection is taken, then nobody else is let in.
 * When this process dies both connections close with it, and so the player ends.
 */
export class RtspRelay {
  /** Rejects with the first failure of the camera's side; never resolves. */
  readonly failed: Promise<never>;
  /** Media bytes that came from the camera so far. */
  mediaBytes = 0;
  private fail: (cause: unknown) => void = () => undefined;
  private player: Socket | undefined;
  /** The player hung up first: how it ended says more than what the camera does then. */
  private playerLeft = false;

  private constructor(
    readonly url: string,
    private readonly upstream: Socket,
    private readonly server: Server,
    private readonly options: RelayOptions,
  ) {
    this.failed = new Promise((_resolve, reject) => (this.fail = reject));
    this.failed.catch(() => this.close());
    upstream.on('error', (cause) => this.fail(this.lost(cause)));
    upstream.on('close', () => this.playerLeft || this.fail(this.lost()));
    if (upstream.destroyed) this.fail(this.lost());
    server.once('connection', (player) => this.bridge(player));
  }

  /** Connects to the camera first: no player is started for one that is not there. Throws `media.stream-unreachable`. */
  static async open(options: RelayOptions): Promise<RtspRelay> {
    const upstream = await connectCamera(options);
    const server = createServer({ noDelay: true, pauseOnConnect: true });
    try {
      await once(server.listen(0, '127.0.0.1'), 'listening');
    } catch (cause) {
      upstream.destroy();
      throw cause;
    }
    const { port } = server.address() as AddressInfo;
    const url = `rtsp://127.0.0.1:${port}/${randomBytes(16).toString('hex')}`;
    return new RtspRelay(url, upstream, server, options);
  }

  close(): void {
    this.server.close();
    this.player?.destroy();
    this.upstream.destroy();
    this.fail(this.lost());
  }

  private bridge(player: Socket): void {
    this.player = player;
    this.server.close();
    const { camera, url, login } = this.options;
    const dialogue = new RtspDialogue({ camera, cameraUrl: url.href, playerUrl: this.url, login });
    const requests = new RtspScanner();
    const replies = new RtspScanner();
    player.on('error', () => this.hangUp());
    player.on('end', () => this.hangUp());
    player.on('data', (chunk) => this.guarded(() => this.fromPlayer(requests.push(chunk), dialogue)));
    this.upstream.on('data', (chunk) => this.guarded(() => this.fromCamera(replies.push(chunk), dialogue)));
    this.upstream.on('drain', () => player.resume());
    player.on('drain', () => this.upstream.resume());
    player.resume();
  }

  /** Lets what the player said last (TEARDOWN) reach the camera, so that the session there is free again. */
  private hangUp(): void {
    this.playerLeft = true;
    this.upstream.end();
  }

  private fromPlayer(parts: readonly RtspPart[], dialogue: RtspDialogue): void {
    for (const part of parts) {
      const bytes = 'media' in part ? part.media : writeMessage(dialogue.fromPlayer(part.message));
      if (!this.upstream.write(bytes)) this.player?.pause();
    }
  }

  private fromCamera(parts: readonly RtspPart[], dialogue: RtspDialogue): void {
    for (const part of parts) {
      if ('media' in part) {
        this.mediaBytes += part.media.length;
        if (!this.player?.write(part.media)) this.upstream.pause();
        continue;
      }
      const answer = dialogue.fromCamera(part.message);
      if (answer) (answer.to === 'camera' ? this.upstream : this.player)?.write(writeMessage(answer.message));
    }
  }

  private guarded(task: () => void): void {
    try {
      task();
    } catch (cause) {
      this.fail(cause);
    }
  }

  private lost(cause?: unknown): AnGridError {
    const detail = cause instanceof Error ? cause.message : 'the camera closed the connection';
    return new AnGridError('media.stream-failed', { op: 'rtsp.relay', subject: this.options.camera, detail, cause });
  }
}
