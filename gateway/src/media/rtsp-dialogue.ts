import { AnGridError } from '@angrid/contract';
import { statusFailure } from './rtsp-status.js';
import { headerValues, type RtspMessage, statusOf, withHeader } from './rtsp-wire.js';

/** The camera's side of Digest authentication (RFC 7616), as a dialogue needs it. */
export interface StreamLogin {
  /** Takes the WWW-Authenticate headers of a 401; `none` where no Digest challenge can be answered. */
  challenge(headers: readonly string[]): 'fresh' | 'stale' | 'none';
  /** The Authorization header of one request; undefined before the first challenge. */
  authorization(method: string, uri: string): string | undefined;
}

interface Pending {
  readonly request: RtspMessage;
  readonly method: string;
  readonly uri: string;
  readonly playerCseq: string;
  readonly attempts: number;
}

export interface Answer {
  readonly to: 'camera' | 'player';
  readonly message: RtspMessage;
}

const MAX_PENDING = 16;
const MAX_ATTEMPTS = 3;

/**
 * Speaks RTSP with a camera on behalf of a player that knows neither the camera's address nor its password:
 * the player asks for `playerUrl`, the camera is asked for `cameraUrl`, and a 401 is answered here.
 */
export class RtspDialogue {
  private readonly pending = new Map<string, Pending>();
  private cseq = 0;

  constructor(
    private readonly options: {
      readonly camera: string;
      readonly cameraUrl: string;
      readonly playerUrl: string;
      readonly login: StreamLogin;
    },
  ) {}

  /** What the camera is sent for a message of the player. Throws `media.stream-hostile`. */
  fromPlayer(message: RtspMessage): RtspMessage {
    const [method = '', uri = ''] = message.start.split(' ');
    if (statusOf(message) !== undefined) return message;
    if (this.pending.size >= MAX_PENDING) throw this.failure('media.stream-hostile', 'requests stay unanswered');
    const playerCseq = headerValues(message, 'cseq')[0] ?? '0';
    return this.send({ request: message, method, uri: this.cameraUri(uri), playerCseq, attempts: 0 });
  }

  /**
   * What becomes of a message of the camera; undefined where nobody waits for it.
   * Throws `media.stream-auth`, `media.stream-unsupported` and `media.stream-failed`.
   */
  fromCamera(message: RtspMessage): Answer | undefined {
    const status = statusOf(message);
    if (status === undefined) return { to: 'player', message };
    const cseq = headerValues(message, 'cseq')[0] ?? '';
    const pending = this.pending.get(cseq);
    if (!pending) return undefined;
    this.pending.delete(cseq);
    if (status === 401) return { to: 'camera', message: this.logIn(pending, message) };
    const refused = statusFailure(this.options.camera, pending.method, status);
    if (refused) throw refused;
    return { to: 'player', message: withHeader(message, 'CSeq', pending.playerCseq) };
  }

  private cameraUri(uri: string): string {
    const { playerUrl, cameraUrl } = this.options;
    return uri.startsWith(playerUrl) ? cameraUrl + uri.slice(playerUrl.length) : uri;
  }

  private send(pending: Pending): RtspMessage {
    this.cseq += 1;
    const cseq = String(this.cseq);
    this.pending.set(cseq, { ...pending, attempts: pending.attempts + 1 });
    const { method, uri, request } = pending;
    const start = `${method} ${uri} RTSP/1.0`;
    const numbered = withHeader({ ...request, start }, 'CSeq', cseq);
    return withHeader(numbered, 'Authorization', this.options.login.authorization(method, uri));
  }

  /** A password that was refused is sent once only; a nonce that ran out gets a new answer. */
  private logIn(pending: Pending, reply: RtspMessage): RtspMessage {
    const challenge = this.options.login.challenge(headerValues(reply, 'www-authenticate'));
    if (challenge === 'none') throw this.failure('media.stream-auth', 'it offers no Digest authentication');
    const refused = pending.attempts > 1 && challenge !== 'stale';
    if (refused || pending.attempts >= MAX_ATTEMPTS)
      throw this.failure('media.stream-auth', `401 to ${pending.method}`);
    return this.send(pending);
  }

  private failure(code: 'media.stream-auth' | 'media.stream-hostile', detail: string): AnGridError {
    return new AnGridError(code, { op: 'rtsp.talk', subject: this.options.camera, detail });
  }
}
