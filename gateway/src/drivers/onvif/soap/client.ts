import { AnGridError } from '@angrid/contract';
import { type Credentials, DigestAuth, readChallenges } from '../../../digest/digest.js';
import { type Addressing, type Envelope, readEnvelope, writeEnvelope } from './envelope.js';
import { readFault, refusesCredentials, SoapFault } from './fault.js';
import type { HttpReply } from './http-reply.js';
import type { CameraTransport } from './transport.js';
import { usernameToken } from './username-token.js';
import { child, type XmlElement, XmlRefused } from './xml.js';

export interface SoapRequest {
  /** For errors: `onvif.pull`. */
  readonly op: string;
  readonly path: string;
  /** XML of the body; see writeEnvelope for the prefixes. */
  readonly body: string;
  readonly addressing?: Addressing;
  /** Sends no credentials: for what a camera answers to anybody. */
  readonly anonymous?: boolean;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface SoapReply {
  /** The element inside the Body, `PullMessagesResponse`. */
  readonly payload: XmlElement;
  /** The whole reply, bounded and well formed. */
  readonly text: string;
}

export interface SoapCaller {
  call(request: SoapRequest): Promise<SoapReply>;
}

export interface SoapClientOptions {
  /** Device id, for errors. */
  readonly subject: string;
  readonly transport: Pick<CameraTransport, 'post'>;
  readonly credentials: Credentials;
  /** So many refusals in a row, then the password is not sent again; two unless given. */
  readonly passwordAttempts?: number | undefined;
  /** The time of the camera, in ms since 1970; tokens carry it. */
  cameraTime(): number;
  /** Reads the clock of the camera again, by the caller that it gets. Called after a refusal, before the last attempt. */
  rereadClock(caller: SoapCaller): Promise<void>;
}

export const DEFAULT_DEADLINE_MS = 8_000;

/** A camera locks the account after some wrong passwords: so many refusals in a row, then none of them is risked. */
export const MAX_PASSWORD_REFUSALS = 2;

/** Challenges in a row that only renew a nonce. */
const MAX_STALE = 2;

type Verdict = { readonly reply: SoapReply } | { readonly refused: HttpReply; readonly fault?: SoapFault };

/**
 * SOAP calls to one camera. It starts with a WS-UsernameToken; a camera that answers with an HTTP Digest challenge
 * gets HTTP Digest from then on, and no token any more (ONVIF Core 5.9.1: not both).
 * Errors: onvif.unreachable, onvif.not-authorized, onvif.fault (cause: SoapFault), onvif.hostile-reply.
 */
export class SoapClient implements SoapCaller {
  private readonly digest: DigestAuth;
  private refusals = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: SoapClientOptions) {
    this.digest = new DigestAuth(options.credentials);
  }

  /**
   * Calls with a password go one after the other: of many at the same time each could cost one of the few attempts
   * that the account has.
   */
  call(request: SoapRequest): Promise<SoapReply> {
    if (request.anonymous === true) return this.callNow(request);
    const reply = this.turn.then(() => this.callNow(request));
    this.turn = reply.catch(() => undefined);
    return reply;
  }

  private async callNow(request: SoapRequest): Promise<SoapReply> {
    for (let stale = 0; ;) {
      if (this.locked(request)) throw this.notAuthorized(request, 'the password was refused before');
      const verdict = this.judge(request, await this.send(request));
      if ('reply' in verdict) {
        if (request.anonymous !== true) this.refusals = 0;
        return verdict.reply;
      }
      const challenge = this.digest.take(readChallenges(verdict.refused.challenges));
      if (request.anonymous === true) throw this.notAuthorized(request, 'it asks for a password here', verdict.fault);
      if (challenge === 'stale' && stale < MAX_STALE) stale += 1;
      else await this.afterRefusal(request, verdict.fault);
    }
  }

  private get attempts(): number {
    return this.options.passwordAttempts ?? MAX_PASSWORD_REFUSALS;
  }

  private locked(request: SoapRequest): boolean {
    return request.anonymous !== true && this.refusals >= this.attempts;
  }

  private async afterRefusal(request: SoapRequest, fault: SoapFault | undefined): Promise<void> {
    this.refusals += 1;
    if (this.refusals >= this.attempts) throw this.notAuthorized(request, fault?.message, fault);
    if (!this.digest.active) {
      await this.options.rereadClock({ call: (reading) => this.callNow(reading) });
    }
  }

  private send(request: SoapRequest): Promise<HttpReply> {
    const { op, path, signal } = request;
    const { credentials } = this.options;
    const anonymous = request.anonymous === true || credentials.user === '';
    const authorization = anonymous ? undefined : this.digest.header('POST', path);
    const token = anonymous || authorization ? '' : usernameToken(credentials, this.options.cameraTime());
    return this.options.transport.post({
      op,
      path,
      body: writeEnvelope(request.body, request.addressing, token),
      headers: {
        'content-type': contentType(request.addressing?.action),
        ...(authorization === undefined ? {} : { authorization }),
      },
      deadlineMs: request.deadlineMs ?? DEFAULT_DEADLINE_MS,
      signal,
    });
  }

  private judge(request: SoapRequest, answer: HttpReply): Verdict {
    if (answer.status === 401) return { refused: answer };
    const envelope = this.readEnvelope(request, answer);
    const faultElement = child(envelope?.body, 'Fault');
    const payload = envelope?.body.children[0];
    if (faultElement) {
      const fault = readFault(faultElement);
      if (refusesCredentials(fault)) return { refused: answer, fault };
      throw this.error('onvif.fault', request, { detail: fault.message, cause: fault });
    }
    if (answer.status !== 200) throw this.error('onvif.fault', request, { detail: `HTTP ${answer.status}` });
    if (!envelope || !payload) throw this.error('onvif.hostile-reply', request, { detail: 'an empty body' });
    return { reply: { payload, text: envelope.text } };
  }

  /** An error status may come with any text: then there is no envelope. */
  private readEnvelope(request: SoapRequest, answer: HttpReply): Envelope | undefined {
    try {
      return readEnvelope(answer.body);
    } catch (error) {
      if (!(error instanceof XmlRefused)) throw error;
      if (answer.status !== 200) return undefined;
      throw this.error('onvif.hostile-reply', request, { detail: error.message });
    }
  }

  private notAuthorized(request: SoapRequest, detail?: string, cause?: SoapFault): AnGridError {
    return this.error('onvif.not-authorized', request, { ...(detail === undefined ? {} : { detail }), cause });
  }

  private error(
    code: 'onvif.not-authorized' | 'onvif.fault' | 'onvif.hostile-reply',
    request: SoapRequest,
    more: { readonly detail?: string; readonly cause?: unknown },
  ): AnGridError {
    return new AnGridError(code, { op: request.op, subject: this.options.subject, ...more });
  }
}

function contentType(action: string | undefined): string {
  const type = 'application/soap+xml; charset=utf-8';
  return action === undefined ? type : `${type}; action="${action}"`;
}
