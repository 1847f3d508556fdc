import type { Socket } from 'node:net';
import type { Cancel } from '@angrid/runtime';
import type { LiveVideo } from '../video/live-video.js';
import { formatReply, type RtspReply, RtspReader, type RtspRequest } from './rtsp-message.js';
import type { RtspServerOptions } from './rtsp-server.js';
import { RtspSession } from './rtsp-session.js';
import { describe, TRACK } from './sdp.js';

const SESSION_TIMEOUT_S = 60;
const PUBLIC = 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, SET_PARAMETER, TEARDOWN';

/** One client of the RTSP server, from accept to close. */
export class RtspConnection {
  private readonly reader = new RtspReader();
  private session: RtspSession | undefined;
  private stopTimer: Cancel | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly options: RtspServerOptions,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.onData(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.onClose());
    this.expectKeepAlive();
  }

  close(): void {
    this.socket.destroy();
  }

  private onData(chunk: Buffer): void {
    if (this.options.stalled()) return;
    this.expectKeepAlive();
    try {
      for (const request of this.reader.push(chunk)) this.answer(request);
    } catch {
      this.socket.end(formatReply({ status: 400 }, undefined));
    }
  }

  private onClose(): void {
    this.stopTimer?.();
    this.session?.close();
  }

  /** Anything that the client sends, also RTCP, keeps its session. */
  private expectKeepAlive(): void {
    this.stopTimer?.();
    this.stopTimer = this.options.clock.after(SESSION_TIMEOUT_S * 1000, () => this.socket.destroy());
  }

  private answer(request: RtspRequest): void {
    const reply = this.replyTo(request);
    this.options.log.debug({ method: request.method, uri: request.uri, status: reply.status }, 'rtsp request');
    this.socket.write(formatReply(reply, request.headers['cseq']));
    if (request.method === 'PLAY' && reply.status === 200) this.session?.play();
    if (request.method === 'TEARDOWN' && reply.status === 200) this.endSession();
  }

  private replyTo(request: RtspRequest): RtspReply {
    const { method, uri, headers } = request;
    if (method === 'OPTIONS') return { status: 200, headers: { Public: PUBLIC } };
    if (!this.options.guard.accepts(headers['authorization'], method, uri)) return this.unauthorized();
    switch (method) {
      case 'DESCRIBE':
        return this.describe(uri);
      case 'SETUP':
        return this.setup(uri, headers['transport'] ?? '');
      case 'PLAY':
        return this.inSession(headers, (session) => ({ Range: 'npt=0.000-', 'RTP-Info': this.rtpInfo(uri, session) }));
      case 'GET_PARAMETER':
      case 'SET_PARAMETER':
      case 'TEARDOWN':
        return this.inSession(headers, () => ({}));
      default:
        return { status: 405, headers: { Allow: PUBLIC } };
    }
  }

  private unauthorized(): RtspReply {
    this.options.onRefused();
    return { status: 401, headers: { 'WWW-Authenticate': this.options.guard.challenges() } };
  }

  private describe(uri: string): RtspReply {
    const video = this.videoAt(uri);
    if (!video) return { status: 404 };
    const headers = { 'Content-Type': 'application/sdp', 'Content-Base': `${uri.replace(/\/$/, '')}/` };
    return { status: 200, headers, body: describe(video.footage, this.options.host) };
  }

  private setup(uri: string, transport: string): RtspReply {
    const video = this.videoAt(uri);
    if (!video) return { status: 404 };
    if (this.session) return { status: 455 };
    const channel = interleavedChannel(transport);
    if (channel === undefined) return { status: 461 };
    const { clock, stalled } = this.options;
    this.session = new RtspSession(video, { socket: this.socket, clock, paused: stalled }, channel);
    const Transport = `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`;
    return { status: 200, headers: { Transport, Session: `${this.session.id};timeout=${SESSION_TIMEOUT_S}` } };
  }

  private inSession(
    headers: RtspRequest['headers'],
    answer: (session: RtspSession) => Record<string, string>,
  ): RtspReply {
    const session = this.session;
    if (!session || headers['session']?.split(';')[0] !== session.id) return { status: 454 };
    return { status: 200, headers: { Session: session.id, ...answer(session) } };
  }

  private rtpInfo(uri: string, session: RtspSession): string {
    return `url=${uri.replace(/\/$/, '')}/${TRACK};seq=${session.rtp.nextSequence}`;
  }

  private endSession(): void {
    this.session?.close();
    this.session = undefined;
  }

  /** The stream that a URI names, with or without its track. */
  private videoAt(uri: string): LiveVideo | undefined {
    if (!URL.canParse(uri)) return undefined;
    const path = new URL(uri).pathname.replace(`/${TRACK}`, '').replace(/\/$/, '');
    return this.options.streams.get(path);
  }
}

/** The RTP channel of the first interleaved transport that is offered; none for UDP. */
function interleavedChannel(transport: string): number | undefined {
  for (const offer of transport.split(',')) {
    if (!/^\s*RTP\/AVP\/TCP\b/i.test(offer)) continue;
    const channel = Number(/interleaved=(\d{1,3})/i.exec(offer)?.[1] ?? 0);
    if (channel < 255) return channel;
  }
  return undefined;
}
