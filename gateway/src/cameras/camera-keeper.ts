import { AnGridError, type ErrorCode, type GatewayTime } from '@angrid/contract';
import type { Clock, Log } from '@angrid/runtime';
import type { PairedDevice } from '../devices/device.js';
import type { DeviceDriver, DeviceHealth, DialledDevice, ReadingSink } from '../drivers/driver.js';
import type { CameraStream, Media } from '../media/media.js';
import { supervise } from './supervise.js';

export interface CameraKeeperOptions {
  readonly driver: DeviceDriver;
  readonly media: Pick<Media, 'watch'>;
  readonly sink: ReadingSink;
  readonly clock: Clock;
  readonly log: Log;
  readonly random?: () => number;
  stamp(): GatewayTime;
  resolve(host: string): Promise<string>;
  masksOf(camera: string): CameraStream['masks'];
  /** Asks the camera where its streams are. Throws `onvif.no-video` where it has none. */
  streams(device: DialledDevice, signal: AbortSignal): Promise<StreamUrls>;
  /** Told where the state or the camera's clock is another one. */
  onHealth(camera: string, health: CameraHealth): void;
}

export interface CameraHealth {
  readonly state: DeviceHealth;
  readonly clockSkewMs?: number;
}

type StreamUrls = Pick<CameraStream, 'url' | 'analysisUrl'>;

/** A camera and what is known of it; it goes with the camera. */
interface Kept {
  readonly device: DialledDevice;
  readonly stop: AbortController;
  session: Promise<void>;
  health?: CameraHealth;
  /** It has refused its login, and not taken it since. */
  isLockedOut: boolean;
  /** Undefined until it has said where they are. */
  streams?: StreamUrls;
  /** It has said that it has none. */
  isBlind: boolean;
  /** While it is being asked for them. */
  asking?: { readonly done: Promise<void>; readonly enough: AbortController } | undefined;
  askedMs: number;
}

/** A camera whose stream fails again and again is not asked each time where it is. */
const ASK_AGAIN_MS = 30_000;

/**
 * Keeps a session with every paired camera: its events by the driver, its streams with the media side. Because cameras
 * lock accounts, it is asked for its streams only when it has taken its login, and they are closed while it refuses that.
 */
export class CameraKeeper {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly options: CameraKeeperOptions) {}

  /** Keeps exactly these; what has not changed goes on undisturbed. */
  async keep(devices: readonly PairedDevice[]): Promise<void> {
    const wanted = new Map(dialled(devices).map((device) => [device.id, device]));
    const leaving = [...this.kept.values()].filter(({ device }) => {
      const next = wanted.get(device.id);
      return !next || keyOf(next) !== keyOf(device);
    });
    for (const { device, stop } of leaving) {
      stop.abort(new Error('the camera is no longer kept'));
      this.kept.delete(device.id);
    }
    await Promise.all(leaving.flatMap(({ session, asking }) => [session, asking?.done]));
    for (const device of wanted.values()) if (!this.kept.has(device.id)) this.start(device);
    await this.watch();
  }

  /** Tells the media side of changed masks. */
  async watch(): Promise<void> {
    const streams = [...this.kept.keys()].flatMap((camera) => this.streamOf(camera) ?? []);
    await this.options.media.watch(streams);
  }

  /** A camera's stream with the masks that hold now; undefined until it has said where it is, and while it refuses its login. */
  streamOf(camera: string): CameraStream | undefined {
    const { device, streams, isLockedOut } = this.kept.get(camera) ?? {};
    if (!device || !streams || isLockedOut) return undefined;
    const { user, password } = device;
    return { camera, ...streams, user, password, masks: this.options.masksOf(camera) };
  }

  /** It has said that it has no stream that can be recorded, as a door controller does. */
  isBlind(camera: string): boolean {
    return this.kept.get(camera)?.isBlind ?? false;
  }

  health(camera: string): CameraHealth | undefined {
    return this.kept.get(camera)?.health;
  }

  /** Its streams are not what they were: it is asked where they are now. */
  askAgain(camera: string): void {
    const kept = this.kept.get(camera);
    if (kept?.streams && this.options.clock.monotonic() - kept.askedMs >= ASK_AGAIN_MS) this.ask(kept);
  }

  async stop(): Promise<void> {
    await this.keep([]);
  }

  private start(device: DialledDevice): void {
    const stop = new AbortController();
    const kept: Kept = { device, stop, session: Promise.resolve(), isLockedOut: false, isBlind: false, askedMs: 0 };
    this.kept.set(device.id, kept);
    const onFailure = (error: unknown): void => {
      if (!isDown(kept.health?.state) && !hasCode(error, 'onvif.subscription-lost'))
        this.setHealth(kept, { state: 'offline' });
    };
    const supervision = { ...this.supervision(), name: `onvif ${device.id}`, onFailure };
    kept.session = supervise((signal) => this.events(kept, signal), supervision, stop.signal);
  }

  private events(kept: Kept, signal: AbortSignal): Promise<void> {
    const { driver, sink, clock, log, stamp, resolve } = this.options;
    const context = {
      sink,
      clock,
      log,
      stamp,
      resolve,
      health: (state: DeviceHealth, detail: { readonly clockSkewMs?: number } = {}) =>
        this.setHealth(kept, { state, ...detail }),
    };
    return driver.run(kept.device, context, signal);
  }

  private setHealth(kept: Kept, health: CameraHealth): void {
    if (kept.stop.signal.aborted) return;
    const before = kept.health;
    const now = (kept.health = { ...before, ...health });
    if (isUp(now.state) && !kept.streams) this.ask(kept);
    if (isUp(now.state) || now.state === 'needs-password') this.lockOut(kept, !isUp(now.state));
    const isNews = before?.state !== now.state || before.clockSkewMs !== now.clockSkewMs;
    if (isNews) this.options.onHealth(kept.device.id, now);
  }

  private lockOut(kept: Kept, isLockedOut: boolean): void {
    if (kept.isLockedOut === isLockedOut) return;
    kept.isLockedOut = isLockedOut;
    if (isLockedOut) kept.asking?.enough.abort();
    const { log } = this.options;
    this.watch().catch((error: unknown) => log.warn({ err: error }, 'the streams could not be changed'));
  }

  /** Asked until the camera answers; from then on the media side keeps the streams. */
  private ask(kept: Kept): void {
    if (kept.asking) return;
    const { device, stop } = kept;
    kept.askedMs = this.options.clock.monotonic();
    const enough = new AbortController();
    const run = async (signal: AbortSignal): Promise<void> => {
      const streams = await this.options.streams(device, signal);
      if (signal.aborted) return;
      kept.streams = streams;
      kept.isBlind = false;
      await this.watch();
      enough.abort();
    };
    const onFailure = (error: unknown): void => {
      kept.isBlind = hasCode(error, 'onvif.no-video');
    };
    const supervision = { ...this.supervision(), name: `streams of ${device.id}`, onFailure };
    const done = supervise(run, supervision, AbortSignal.any([stop.signal, enough.signal])).finally(() => {
      kept.asking = undefined;
    });
    kept.asking = { done, enough };
  }

  private supervision() {
    const { clock, log, random = Math.random } = this.options;
    return { clock, log, random };
  }
}

/** Whether a camera answers, however wrong its clock is. */
export function isUp(health: DeviceHealth | undefined): boolean {
  return health === 'online' || health === 'clock-wrong';
}

function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof AnGridError && error.code === code;
}

/** The driver has said how it ended. */
function isDown(state: DeviceHealth | undefined): boolean {
  return state === 'offline' || state === 'reachable' || state === 'needs-password';
}

function dialled(devices: readonly PairedDevice[]): DialledDevice[] {
  const found: DialledDevice[] = [];
  for (const { kind, id, address, user, password, passwordHash, certificate } of devices) {
    if (kind === 'camera' && passwordHash === undefined && address !== undefined && password !== undefined)
      found.push({ id, address, user, password, certificate });
  }
  return found;
}

function keyOf({ address, user, password, certificate }: DialledDevice): string {
  return JSON.stringify([address, user, password.reveal(), certificate]);
}
