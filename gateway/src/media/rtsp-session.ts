import { randomBytes } from 'node:crypto';
import { AnGridError } from '@angrid/contract';
import type { Cancel } from '@angrid/runtime';
import { type AccessUnit, AccessUnits } from './access-units.js';
import { type LineOptions, RtspLine } from './rtsp-line.js';
import { rtpPayload } from './rtp.js';
import { headerValues, type RtspMessage } from './rtsp-wire.js';
import { readSessionDescription, type SessionDescription, type Track, type VideoCodec } from './sdp.js';
import type { UnitPool } from './unit-pool.js';

export interface SessionOptions extends Omit<LineOptions, 'onPacket'> {
  readonly pool: UnitPool;
  /** Takes each picture, and gives its buffer back to the pool. */
  onUnit(unit: AccessUnit): void;
  /** Takes the ONVIF metadata track, where there is one, piece by piece; the bytes are valid during the call only. */
  readonly onMetadata?: ((bytes: Buffer) => void) | undefined;
}

type VideoTrack = Track & { readonly format: VideoCodec };

/** What a track's packets go to, by the number of its channel. */
type Routes = Map<number, (packet: Buffer) => void>;

const LONGEST_SILENCE_MS = 30_000;
const RECEIVER_REPORT = 201;

/**
 * The pictures of one camera over RTSP 1.0, with RTP in the same TCP connection (RFC 2326). Sound is not asked for,
 * Basic never answered, a redirect never followed. `open` sets it up and `play` lets it flow.
 */
export class RtspSession {
  readonly codec: VideoCodec;
  /** Of the RTP clock of the video. */
  readonly ticksASecond: number;
  /** Bytes of the video track so far. */
  mediaBytes = 0;
  /** Key pictures so far. */
  keys = 0;
  private readonly units: AccessUnits;
  private readonly channels: number[] = [];
  private session = '';
  private silenceMs = LONGEST_SILENCE_MS;
  private stopKeepAlive: Cancel = () => undefined;

  private constructor(
    private readonly line: RtspLine,
    private readonly description: SessionDescription,
    private readonly video: VideoTrack,
    options: SessionOptions,
  ) {
    this.codec = video.format;
    this.ticksASecond = video.clockRate;
    const { pool, onUnit } = options;
    const take = (unit: AccessUnit): void => {
      if (unit.key) this.keys += 1;
      onUnit(unit);
    };
    this.units = new AccessUnits({ ...video, codec: video.format, pool, onUnit: take });
  }

  /** Throws `media.stream-*`. */
  static async open(options: SessionOptions): Promise<RtspSession> {
    const routes: Routes = new Map();
    const line = new RtspLine({ ...options, onPacket: (channel, packet) => routes.get(channel)?.(packet) });
    try {
      await line.connect();
      const { href } = options.url;
      const reply = await line.ask('DESCRIBE', href, [['Accept', 'application/sdp']]);
      const description = readSessionDescription(reply.body.toString('utf8'), baseOf(reply, href));
      const session = new RtspSession(line, description, videoOf(description, options.camera), options);
      await session.setUp(routes, options.onMetadata);
      return session;
    } catch (cause) {
      line.close();
      throw cause;
    }
  }

  /** Rejects with the first failure; never resolves. */
  get failed(): Promise<never> {
    return this.line.failed;
  }

  /** Throws `media.stream-*`. */
  async play(clock: LineOptions['clock']): Promise<void> {
    await this.line.ask('PLAY', this.description.control, this.sessionHeader);
    const ssrc = randomBytes(4);
    this.stopKeepAlive = clock.every(this.silenceMs, () => {
      this.line.tell('GET_PARAMETER', this.description.control, this.sessionHeader);
      for (const channel of this.channels) this.line.write(receiverReport(channel + 1, ssrc));
    });
  }

  close(): void {
    this.stopKeepAlive();
    this.line.tell('TEARDOWN', this.description.control, this.sessionHeader);
    this.line.close();
    this.units.close();
  }

  private async setUp(routes: Routes, onMetadata: SessionOptions['onMetadata']): Promise<void> {
    const pictures = (packet: Buffer): void => {
      this.mediaBytes += packet.length;
      this.units.push(packet);
    };
    await this.setUpTrack(this.video, routes, pictures);
    const metadata = this.description.tracks.find(({ format }) => format === 'metadata');
    if (!metadata || !onMetadata) return;
    await this.setUpTrack(metadata, routes, (packet) => {
      const payload = rtpPayload(packet, metadata.payloadType);
      if (payload) onMetadata(payload);
    });
  }

  private async setUpTrack(track: Track, routes: Routes, take: (packet: Buffer) => void): Promise<void> {
    const wanted = this.channels.length * 2;
    const transport = `RTP/AVP/TCP;unicast;interleaved=${wanted}-${wanted + 1}`;
    const reply = await this.line.ask('SETUP', track.control, [['Transport', transport], ...this.sessionHeader]);
    const given = /interleaved=(\d{1,3})/.exec(headerValues(reply, 'transport')[0] ?? '')?.[1];
    const channel = given === undefined ? wanted : Number(given);
    const [id = '', timeout] = (headerValues(reply, 'session')[0] ?? '').split(/;\s*timeout=/i);
    this.session ||= id.trim();
    const timeoutMs = (Number(timeout) || 60) * 1000;
    this.silenceMs = Math.max(1000, Math.min(this.silenceMs, timeoutMs / 2));
    this.channels.push(channel);
    routes.set(channel, take);
  }

  private get sessionHeader(): (readonly [string, string])[] {
    return this.session === '' ? [] : [['Session', this.session]];
  }
}

function videoOf({ tracks }: SessionDescription, camera: string): VideoTrack {
  for (const track of tracks) if (isVideo(track)) return track;
  const detail = 'neither H.264 nor H.265';
  throw new AnGridError('media.stream-unsupported', { op: 'rtsp.describe', subject: camera, detail });
}

function isVideo(track: Track): track is VideoTrack {
  return track.format !== 'metadata';
}

/** What the controls of a description are relative to (RFC 2326 C.1.1). It is only ever said to the same camera. */
function baseOf(reply: RtspMessage, asked: string): string {
  const said = headerValues(reply, 'content-base')[0] ?? headerValues(reply, 'content-location')[0] ?? '';
  return /^rtsps?:\/\/\S+$/i.test(said) ? said : asked;
}

/** An empty receiver report (RFC 3550 6.4.2): some cameras take a viewer that sends none for gone. */
function receiverReport(channel: number, ssrc: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0x24, channel, 0, 8, 0x80, RECEIVER_REPORT, 0, 1), ssrc]);
}
