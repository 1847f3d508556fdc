import { type Clock, type Log, silentLog, SystemClock } from '@angrid/runtime';
import { type Account, type DigestAlgorithm, DigestGuard } from './auth/digest.js';
import { UsernameTokenGuard } from './auth/username-token.js';
import { type CameraIdentity, identityOf } from './identity.js';
import { EventSource } from './onvif/event-source.js';
import type { HostileReply } from './onvif/hostile-reply.js';
import type { CameraCertificate } from './onvif/onvif-device.js';
import type { PropertyOperation, SimpleItems } from './onvif/notification.js';
import { paths } from './onvif/service.js';
import { Subscriptions } from './onvif/subscriptions.js';
import { type PropertyTopic, ruleSource, topics, VIDEO_SOURCE } from './onvif/topics.js';
import { type Quirks, usualQuirks } from './quirks.js';
import {
  type CameraParts,
  type CameraPorts,
  type CameraServers,
  type CameraStream,
  reachable,
  schemeOf,
  startServers,
  stopServers,
} from './servers.js';
import { footage } from './video/footage.js';
import { type VideoSettings, videoSettings } from './video/settings.js';

export interface CameraOptions {
  /** Decides serial number, MAC and endpoint, which stay the same over restarts. */
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly password: string;
  /** Folder for the generated video; several cameras and runs may share it. */
  readonly cacheDir: string;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** All free ones by default. */
  readonly ports?: Partial<CameraPorts>;
  /** The stream at /stream, see `defaultVideo`; a camera with its video off starts without ffmpeg. */
  readonly video?: Partial<VideoSettings> | 'off';
  /** A second stream at /substream, with a profile of its own. */
  readonly substream?: Partial<VideoSettings>;
  /** Tokens of the digital inputs; one named DigitalInput_1 by default. */
  readonly inputs?: readonly string[];
  /** Which topic `motion` uses; MotionAlarm by default. */
  readonly motionTopic?: 'MotionAlarm' | 'CellMotionDetector';
  readonly auth?: 'wsse' | 'digest';
  /** The HTTP Digest challenges, in this order; MD5 only by default. */
  readonly digestAlgorithms?: readonly DigestAlgorithm[];
  readonly quirks?: Partial<Quirks>;
  /** Whether it answers multicast probes; true by default. */
  readonly multicast?: boolean;
  /** Its ONVIF services speak https with it; the addresses in its replies say http all the same, as those of many do. */
  readonly certificate?: CameraCertificate;
  readonly clock?: Clock;
  readonly log?: Log;
  /** Told of each picture in the moment in which it leaves: the stream's path and the number within its loop. */
  readonly onPicture?: (path: string, index: number) => void;
}

/** Which part of a camera hangs: it keeps its connections and says nothing more. */
export type Stall = 'video' | 'onvif' | 'all';

async function streamsOf({ cacheDir, video, substream }: CameraOptions): Promise<CameraStream[]> {
  const stream = async (path: string, token: string, changes?: Partial<VideoSettings>): Promise<CameraStream> => {
    const settings = videoSettings(changes);
    return { path, token, settings, footage: video === 'off' ? undefined : await footage(cacheDir, settings) };
  };
  const main = await stream('/stream', 'Profile_1', video === 'off' ? {} : video);
  return substream ? [main, await stream('/substream', 'Profile_2', substream)] : [main];
}

/** An IP camera on real sockets: RTSP with H.264, ONVIF with pull points, WS-Discovery. */
export class SimulatedCamera {
  readonly identity: CameraIdentity;
  /** How it differs from the usual camera; may be changed at any time. */
  readonly quirks: Quirks;
  /** Counts from the next start on. */
  certificate: CameraCertificate | undefined;
  /** How far the camera's clock is ahead of the true time. */
  clockSkewMs = 0;
  /** Requests without a valid login, by protocol. Every RTSP client begins with one. */
  readonly refused = { onvif: 0, rtsp: 0 };

  private readonly account: Account;
  private readonly clock: Clock;
  private readonly events = new EventSource(() => this.now());
  private readonly subscriptions: Subscriptions;
  private readonly inputs: readonly string[];
  private readonly parts: CameraParts;
  private readonly stopped = new AbortController();
  private stalled: Stall | undefined;
  private servers: CameraServers | undefined;
  private ports: CameraPorts;

  private constructor(
    private readonly options: CameraOptions,
    streams: readonly CameraStream[],
  ) {
    this.identity = identityOf(options.id, options.name);
    this.quirks = { ...usualQuirks, ...options.quirks };
    this.certificate = options.certificate;
    this.account = { user: options.user, password: options.password };
    this.clock = options.clock ?? new SystemClock();
    this.ports = { onvif: 0, rtsp: 0, discovery: 0, ...options.ports };
    this.inputs = options.inputs ?? ['DigitalInput_1'];
    this.subscriptions = new Subscriptions(this.clock);
    this.events.listen((notification) => this.subscriptions.publish(notification));
    this.parts = this.assemble(streams);
  }

  /** Makes the video if need be, then opens all ports. Errors: `media.ffmpeg-missing`, `media.stream-failed`. */
  static async start(options: CameraOptions): Promise<SimulatedCamera> {
    const streams = await streamsOf(options);
    const camera = new SimulatedCamera(options, streams);
    await camera.powerOn();
    return camera;
  }

  /** Address of the device service. */
  get onvifAddress(): string {
    return `${schemeOf(this.parts)}://${this.host}:${this.ports.onvif}${paths.device}`;
  }

  /** Without user and password. */
  get rtspUrl(): string {
    return `rtsp://${this.host}:${this.ports.rtsp}/stream`;
  }

  /** UDP port for unicast probes. */
  get discoveryPort(): number {
    return this.ports.discovery;
  }

  /** Pull points that are alive. */
  get subscriptionCount(): number {
    return this.subscriptions.size;
  }

  /** Connections of the RTSP server. */
  get viewerCount(): number {
    return this.servers?.rtsp.clients ?? 0;
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.powerOff();
  }

  motion(on: boolean): void {
    this.events.set({ ...this.motionProperty(), data: { [this.motionTopic().dataItem]: on } });
  }

  tamper(on: boolean): void {
    this.events.set({ topic: topics.tamper.topic, source: ruleSource('MyTamperDetectorRule'), data: { IsTamper: on } });
  }

  /** Throws a RangeError for a token that the camera does not have. */
  digitalInput(token: string, on: boolean): void {
    if (!this.inputs.includes(token)) throw new RangeError(`no digital input ${token}`);
    this.events.set({ topic: topics.digitalInput.topic, source: { InputToken: token }, data: { LogicalState: on } });
  }

  /** Sends any event. With an operation it is a property, which later synchronisation points repeat. */
  emit(topic: string, source: SimpleItems, data: SimpleItems, operation?: PropertyOperation): void {
    this.events.emit({ topic, source, data, operation });
  }

  /** Is off for so long; ports stay the same, subscriptions and states are lost. Resolves when it is up again. */
  async rebootFor(ms: number): Promise<void> {
    await this.powerOff();
    await this.clock.sleep(ms, this.stopped.signal).catch(() => undefined);
    await this.powerOn();
  }

  /** Forgets all pull points; a waiting pull gets the ResourceUnknown fault. */
  dropSubscriptions(): void {
    this.subscriptions.removeAll();
  }

  /** Takes effect on the next login; streams that run go on. */
  changePassword(password: string): void {
    this.account.password = password;
  }

  stall(what: Stall = 'all'): void {
    this.stalled = what;
  }

  /** Ends a stall; requests that came during it stay without an answer. */
  resume(): void {
    this.stalled = undefined;
  }

  /** Answers SOAP requests with this instead; `undefined` ends it, as does a reboot. */
  replyWith(reply: HostileReply | undefined): void {
    this.servers?.onvif.replyWith(reply);
  }

  private get host(): string {
    return reachable(this.options.host ?? '127.0.0.1');
  }

  private now(): number {
    return this.clock.wall() + this.clockSkewMs;
  }

  private async powerOn(): Promise<void> {
    if (this.stopped.signal.aborted) return;
    this.resetProperties();
    const servers = await startServers({ ...this.parts, ports: this.ports });
    this.servers = servers;
    this.ports = { onvif: servers.onvif.port, rtsp: servers.rtsp.port, discovery: servers.discovery.port };
    if (this.stopped.signal.aborted) await this.powerOff();
  }

  private async powerOff(): Promise<void> {
    const { servers } = this;
    this.servers = undefined;
    this.subscriptions.removeAll();
    if (servers) await stopServers(servers);
  }

  private resetProperties(): void {
    this.events.clear();
    const tamper = { topic: topics.tamper.topic, source: ruleSource('MyTamperDetectorRule') };
    this.events.initialise({ ...this.motionProperty(), data: { [this.motionTopic().dataItem]: false } });
    this.events.initialise({ ...tamper, data: { IsTamper: false } });
    for (const token of this.inputs) {
      const source = { InputToken: token };
      this.events.initialise({ topic: topics.digitalInput.topic, source, data: { LogicalState: false } });
    }
  }

  private motionTopic(): PropertyTopic {
    return this.options.motionTopic === 'CellMotionDetector' ? topics.cellMotion : topics.motion;
  }

  private motionProperty(): { readonly topic: string; readonly source: SimpleItems } {
    const { topic } = this.motionTopic();
    const isRule = this.options.motionTopic === 'CellMotionDetector';
    return { topic, source: isRule ? ruleSource('MyMotionDetectorRule') : { Source: VIDEO_SOURCE } };
  }

  private assemble(streams: readonly CameraStream[]): CameraParts {
    const { options, account, clock } = this;
    const realm = `IP Camera(${this.identity.serialNumber})`;
    const algorithms = options.digestAlgorithms ?? ['MD5'];
    return {
      ...{ identity: this.identity, quirks: this.quirks, ports: this.ports, inputs: this.inputs },
      ...{ events: this.events, subscriptions: this.subscriptions, streams, clock },
      host: options.host ?? '127.0.0.1',
      multicast: options.multicast ?? true,
      certificate: () => this.certificate,
      topics: [this.motionTopic(), topics.tamper, topics.digitalInput],
      log: (options.log ?? silentLog).child({ camera: options.id }),
      auth: {
        mode: options.auth ?? 'wsse',
        tokens: new UsernameTokenGuard(account, () => this.now()),
        http: new DigestGuard({ realm, account, clock, qop: true, algorithms }),
        rtsp: new DigestGuard({ realm, account, clock }),
      },
      now: () => this.now(),
      stalled: (server) => this.stalled === 'all' || this.stalled === server,
      onPicture: options.onPicture ?? (() => undefined),
      onRefused: (server) => {
        this.refused[server] += 1;
      },
    };
  }
}
