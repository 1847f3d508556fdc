import { AnGridError, type HealthData } from '@angrid/contract';
import { type CameraHealth, CameraKeeper, isUp } from './cameras/camera-keeper.js';
import { AddressFollower } from './devices/address-follower.js';
import { CameraInspector, type InspectorParts } from './devices/camera-inspector.js';
import { type CameraIdentity, identityOf } from './devices/camera-identity.js';
import type { PairedDevice } from './devices/device.js';
import type { DeviceHealth, DialledDevice } from './drivers/driver.js';
import { cameraStreams, inventory, onvifDriver, scan, type SeenCamera, tryLogin } from './drivers/onvif/index.js';
import type { Ground } from './ground.js';
import type { Media } from './media/media.js';
import type { Pipeline } from './pipeline.js';

type Reach = NonNullable<HealthData['devices'][number]['reach']>;

/** What is done for cameras beside their sessions: asking them what they are, and finding those that moved. */
export interface CameraCare {
  /** To be called each second. */
  tick(): void;
  /** Its pictures have another size than before. */
  resized(camera: string): void;
  /** Ends what is under way. */
  stop(): Promise<void>;
}

export interface CameraParts {
  readonly media: Media;
  readonly pipeline: Pipeline;
}

interface Cared extends CameraParts {
  readonly stopped: AbortSignal;
}

export function openCameras(
  ground: Ground,
  parts: CameraParts,
): { readonly cameras: CameraKeeper; readonly care: CameraCare } {
  const stop = new AbortController();
  const cared = { ...parts, stopped: stop.signal };
  const inspector: CameraInspector = openInspector(ground, cared, {
    isOnline: (camera) => isUp(cameras.health(camera)?.state),
    onStranger: (camera) => follower.stranger(camera),
    onStreams: (camera) => cameras.askAgain(camera),
  });
  const cameras: CameraKeeper = openKeeper(ground, parts, (camera, health) => {
    if (isUp(health.state)) inspector.online(camera);
  });
  const follower: AddressFollower = openFollower(ground, cared, cameras);
  const care: CameraCare = {
    tick() {
      inspector.tick();
      follower.tick();
    },
    resized: (camera) => inspector.resized(camera),
    async stop() {
      stop.abort(new Error('the gateway stops'));
      await Promise.all([inspector.idle(), follower.idle()]);
    },
  };
  return { cameras, care };
}

function openKeeper(
  ground: Ground,
  { media, pipeline }: CameraParts,
  onHealth: (camera: string, health: CameraHealth) => void,
): CameraKeeper {
  const { guard, clock, log, stamp, view, states } = ground;
  const resolve = (host: string) => guard.resolve(host);
  const stored = (camera: string, work: Promise<void>): void => {
    work.catch((error: unknown) => log.warn({ err: error, camera }, 'how the camera is, is not stored'));
  };
  return new CameraKeeper({
    driver: onvifDriver(),
    media,
    sink: pipeline,
    clock,
    log,
    stamp,
    resolve,
    masksOf: (camera) => view.device(camera)?.masks ?? [],
    streams: async (device, signal) => {
      const { main, analysis } = await cameraStreams(device, { clock, resolve }, signal);
      return { url: main.uri, analysisUrl: analysis?.uri };
    },
    onHealth: (camera, health) => {
      const state = presenceOf(health.state);
      if (state === undefined) return;
      states.set(camera, state);
      states.reach(camera, reachOf(health.state));
      onHealth(camera, health);
      stored(camera, pipeline.presence(camera, state));
      if (health.clockSkewMs === undefined || state === 'offline') return;
      states.skew(camera, health.clockSkewMs);
      stored(camera, pipeline.clock(camera, health.clockSkewMs));
    },
  });
}

function openInspector(
  { cameraFacts: facts, clock, log, registry, guard }: Ground,
  { pipeline, stopped }: Cared,
  around: Pick<InspectorParts, 'isOnline' | 'onStranger' | 'onStreams'>,
): CameraInspector {
  const access = { clock, resolve: (host: string) => guard.resolve(host) };
  return new CameraInspector({
    facts,
    clock,
    log,
    random: Math.random,
    find: (camera) => registry.find(camera),
    read: (camera) => inventory(dialledAt(camera), access, stopped),
    say: (camera, saying) => pipeline.say(camera, saying),
    learn: (camera, identity) => registry.put({ ...(registry.find(camera.id) ?? camera), identity }),
    ...around,
  });
}

function openFollower(ground: Ground, { pipeline, stopped }: Cared, cameras: CameraKeeper): AddressFollower {
  const { clock, log, registry, settings, guard, stamp } = ground;
  const access = { clock, resolve: (host: string) => guard.resolve(host) };
  return new AddressFollower({
    clock,
    log,
    networks: settings.cameras.networks.map(String),
    lostAfterMs: settings.cameras.lostAfter,
    cameras: () => registry.all().filter(({ kind, identity }) => kind === 'camera' && identity !== undefined),
    isAway: (camera) => !isUp(cameras.health(camera)?.state),
    look: (network) => lookAround(ground, network, stopped),
    identify: async (camera, address): Promise<CameraIdentity> => {
      const device = dialledAt(camera, address);
      const isTaken = await tryLogin(device, access, stopped);
      if (!isTaken) throw new AnGridError('onvif.not-authorized', { op: 'camera.follow', subject: camera.id });
      return identityOf(await inventory(device, access, stopped)) ?? {};
    },
    move: async (camera, address) => {
      const { boot, monotonicMs } = stamp();
      const [from, to] = [camera.address ?? address, address].map((text) => new URL(text).host);
      const attributes = { from: from ?? '', to: to ?? '' };
      const key = `address@${boot}:${Math.round(monotonicMs)}`;
      await pipeline.say(camera.id, { kind: 'device.address_changed', key, attributes });
      await registry.put({ ...(registry.find(camera.id) ?? camera), address });
    },
  });
}

async function lookAround(
  { clock, guard }: Ground,
  network: string | undefined,
  signal: AbortSignal,
): Promise<readonly SeenCamera[]> {
  const seen: SeenCamera[] = [];
  await scan({
    access: { clock, resolve: (host) => guard.resolve(host) },
    allows: (host) => guard.allows(host),
    signal,
    ...(network !== undefined && { network }),
    tell: (news) => {
      if ('camera' in news) seen.push(news.camera);
    },
  });
  return seen;
}

/** Throws camera.no-credential for what is no camera that is called. */
export function dialledAt({ id, address, user, password, certificate }: PairedDevice, at = address): DialledDevice {
  if (at === undefined || password === undefined) {
    throw new AnGridError('camera.no-credential', { op: 'camera.dial', subject: id });
  }
  return { id, address: at, user, password, certificate };
}

function presenceOf(health: DeviceHealth): 'online' | 'offline' | undefined {
  if (health === 'connecting') return undefined;
  return isUp(health) ? 'online' : 'offline';
}

/** As the health report has it; nothing for a camera that does not answer. */
function reachOf(health: DeviceHealth): Reach | undefined {
  if (health === 'online') return 'up';
  return health === 'connecting' || health === 'offline' ? undefined : health;
}
