import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SimulatedCamera } from '../simulators/camera/index.js';
import { FacePanel } from '../simulators/panel/face-panel.js';
import { JsonPanel } from '../simulators/panel/json-panel.js';
import { angrid, Program, programs } from '../support/program.js';
import { until } from '../support/until.js';

/** The simulated site: a gateway as an installer would set it up, three panels of two makes and two cameras. */
export interface Site {
  readonly gateway: Program;
  readonly southGate: JsonPanel;
  readonly building1: FacePanel;
  readonly building2: JsonPanel;
  readonly cameras: { readonly south: SimulatedCamera; readonly building1: SimulatedCamera };
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface SiteOptions {
  readonly folder: string;
  readonly cloud: string;
  readonly code: string;
  onLine(program: string, line: string): void;
}

interface Added {
  readonly access?: { readonly user: string; readonly password: string };
}

const CAMERA_USER = 'onvif';
const CAMERA_PASSWORD = 'demo-camera-7';

export async function raiseSite({ folder, cloud, code, onLine }: SiteOptions): Promise<Site> {
  const data = join(folder, 'gateway');
  await mkdir(data, { recursive: true });
  const environment = {
    ANGRID_GATEWAY_DATA: data,
    ANGRID_GATEWAY_BROKER_TLS: '127.0.0.1:0',
    ANGRID_GATEWAY_METRICS: '127.0.0.1:0',
    ANGRID_GATEWAY_CAMERAS_NETWORKS: '127.0.0.0/8',
    ANGRID_GATEWAY_MEDIA_RING: join(folder, 'ring'),
  };
  const [south, building1] = await Promise.all([
    startCamera('demo-cam-south', '南门摄像机', folder),
    startCamera('demo-cam-b1', '1 号楼摄像机', folder),
  ]);
  await angrid(['init', '--cloud', cloud, '--code', code, '--name', '锦绣小区网关'], environment);
  const gateway = Program.start(programs.cli, ['run'], { environment, onLine: (line) => onLine('gateway', line) });
  const started = await gateway.line(({ msg }) => msg === 'the gateway runs');
  const mqtt = started['mqtt'] as { readonly port: number };
  const access = { host: '127.0.0.1', port: mqtt.port, ca: await readFile(join(data, 'pki', 'ca.crt'), 'utf8') };
  const password = join(folder, 'camera.password');
  await writeFile(password, CAMERA_PASSWORD, { mode: 0o600 });

  const add = (args: readonly string[]): Promise<Added> => angrid(['device', 'add', ...args], environment);
  const camera = (id: string, name: string, device: SimulatedCamera, place: string) =>
    add([
      id,
      '--name',
      name,
      '--profile',
      'camera',
      '--address',
      device.onvifAddress,
      '--user',
      CAMERA_USER,
      '--password-file',
      password,
      '--place',
      place,
    ]);
  await camera('cam-south', '南门摄像机', south, 'south-gate');
  await camera('cam-b1', '1 号楼摄像机', building1, 'b1-gate');
  const southAccess = await add([
    'gate-south',
    '--name',
    '小区南门',
    '--profile',
    'json-panel',
    '--place',
    'south-gate',
    '--camera',
    'cam-south',
  ]);
  const faceAccess = await add([
    'door-b1',
    '--name',
    '1 号楼单元门',
    '--profile',
    'face-panel-mqtt',
    '--vendor-id',
    '1305433',
    '--place',
    'b1-gate',
    '--camera',
    'cam-b1',
  ]);
  const secondAccess = await add([
    'door-b2',
    '--name',
    '2 号楼单元门',
    '--profile',
    'json-panel',
    '--place',
    'b2-gate',
  ]);
  const panels = {
    southGate: await JsonPanel.start({ ...access, ...credential(southAccess), device: 'gate-south' }),
    building1: await FacePanel.start({ ...access, ...credential(faceAccess), number: '1305433' }),
    building2: await JsonPanel.start({ ...access, ...credential(secondAccess), device: 'door-b2' }),
  };
  await until('the cameras stream, and the cloud has sent the links', () => readyState(environment), 60_000);
  return {
    gateway,
    ...panels,
    cameras: { south, building1 },
    environment,
    stop: async () => {
      await Promise.allSettled([panels.southGate.stop(), panels.building1.stop(), panels.building2.stop()]);
      await gateway.stop();
      await Promise.allSettled([south.stop(), building1.stop()]);
    },
  };
}

function startCamera(id: string, name: string, folder: string): Promise<SimulatedCamera> {
  return SimulatedCamera.start({
    id,
    name,
    user: CAMERA_USER,
    password: CAMERA_PASSWORD,
    cacheDir: join(folder, 'streams'),
    motionTopic: 'CellMotionDetector',
  });
}

function credential({ access }: Added): { user: string; password: string } {
  if (!access) throw new Error('the panel got no credential');
  return { user: access.user, password: access.password };
}

interface DeviceRow {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly place?: string;
  readonly cameras: readonly string[];
}

interface Status {
  readonly streams: Readonly<Record<string, string>>;
}

async function readyState(environment: Readonly<Record<string, string>>): Promise<true | undefined> {
  const devices = await angrid<readonly DeviceRow[]>(['device', 'list'], environment);
  const { streams } = await angrid<Status>(['status'], environment);
  const allThere =
    devices.length === 5 && devices.every(({ state, place }) => state === 'online' && place !== undefined);
  const linked = devices.filter(({ cameras }) => cameras.length > 0).length === 2;
  const streaming = Object.values(streams).filter((state) => state === 'running').length === 2;
  return allThere && linked && streaming ? true : undefined;
}
