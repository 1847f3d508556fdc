import type { GatewayTime } from '@angrid/contract';
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
  /** Asks the camera where its streams are. */
  streams(device: DialledDevice, signal: AbortSignal): Promise<StreamUrls>;
  /** Told where the state or the camera's clock is another one. */
  onHealth(camera: string, health: CameraHealth): void;
}

export interface CameraHealth {
  readonly state: DeviceHealth;
  readonly clockSkewMs?: number;
}

type StreamUrls = Pick<CameraStream, 'url' | 'analysisUrl'>;

interface Kept {
  readonly key: string;
  readonly stop: AbortController;
  readonly done: Promise<unknown>;
}

/** Keeps a session with every paired camera: its events by the driver, its stream with the media side. */
export class CameraKeeper {
  private readonly kept = new Map<string, Kept>();
  private readonly streams = new Map<string, StreamUrls & { readonly device: DialledDevice }>();
  private readonly healths = new Map<string, CameraHealth>();

  constructor(private readonly options: CameraKeeperOptions) {}

  /** Keeps exactly these; what has not changed goes on undisturbed. */
  async keep(devices: readonly PairedDevice[]): Promise<void> {
    const wanted = new Map(dialled(devices).map((device) => [device.id, device]));
    const leaving = [...this.kept].filter(([id, { key }]) => {
      const next = wanted.get(id);
      return !next || keyOf(next) !== key;
    });
    for (const [id, { stop }] of leaving) {
      stop.abort(new Error('the camera is no longer kept'));
      this.kept.delete(id);
      this.streams.delete(id);
      this.healths.delete(id);
    }
    await Promise.all(leaving.map(([, { done }]) => done));
    for (const device of wanted.values()) if (!this.kept.has(device.id)) this.start(device);
    await this.watch();
  }

  /** Tells the media side of changed masks. */
  async watch(): Promise<void> {
    const streams = [...this.streams.keys()].flatMap((camera) => this.streamOf(camera) ?? []);
    await this.options.media.watch(streams);
  }

  /** A camera's stream with the masks that hold now; undefined until the camera has said where it is. */
  streamOf(camera: string): CameraStream | undefined {
    const known = this.streams.get(camera);
    if (!known) return undefined;
    const { device, url, analysisUrl } = known;
    const { user, password } = device;
    return { camera, url, analysisUrl, user, password, masks: this.options.masksOf(camera) };
  }

  health(camera: string): CameraHealth | undefined {
    return this.healths.get(camera);
  }

  async stop(): Promise<void> {
    await this.keep([]);
  }

  private start(device: DialledDevice): void {
    const { clock, log, random = Math.random } = this.options;
    const stop = new AbortController();
    const supervision = { clock, log, random, name: `onvif ${device.id}` };
    const lost = (): void => {
      if (!isDown(this.healths.get(device.id)?.state)) this.setHealth(device.id, { state: 'offline' });
    };
    const done = Promise.all([
      supervise((signal) => this.events(device, signal), { ...supervision, onFailure: lost }, stop.signal),
      this.findStream(device, stop.signal),
    ]);
    this.kept.set(device.id, { key: keyOf(device), stop, done });
  }

  private events(device: DialledDevice, signal: AbortSignal): Promise<void> {
    const { driver, sink, clock, log, stamp, resolve } = this.options;
    const context = {
      sink,
      clock,
      log,
      stamp,
      resolve,
      health: (state: DeviceHealth, detail: { readonly clockSkewMs?: number } = {}) =>
        this.setHealth(device.id, { state, ...detail }),
    };
    return driver.run(device, context, signal);
  }

  private setHealth(camera: string, health: CameraHealth): void {
    const before = this.healths.get(camera);
    const now = { ...before, ...health };
    this.healths.set(camera, now);
    const isNews = before?.state !== now.state || before.clockSkewMs !== now.clockSkewMs;
    if (isNews) this.options.onHealth(camera, now);
  }

  /** Asked until the camera answers; from then on the media side keeps the stream. */
  private async findStream(device: DialledDevice, stop: AbortSignal): Promise<void> {
    const { clock, log, random = Math.random, streams } = this.options;
    const found = new AbortController();
    const ask = async (signal: AbortSignal): Promise<void> => {
      this.streams.set(device.id, { device, ...(await streams(device, signal)) });
      await this.watch();
      found.abort();
    };
    const name = `stream of ${device.id}`;
    await supervise(ask, { clock, log, random, name }, AbortSignal.any([stop, found.signal]));
  }
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
