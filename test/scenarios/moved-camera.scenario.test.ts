import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { GatewayClient } from '@angrid/gateway/cli/gateway-client';
import type { CredentialRow, DeviceRow, DeviceStored, ScanLine } from '@angrid/gateway/control/answers';
import { dataLayout } from '@angrid/gateway/identity/layout';
import { SimulatedCamera } from '../simulators/camera/index.js';
import { GatewayProgram } from '../support/gateway-program.js';
import { until } from '../support/until.js';

const RECOVERY_MS = 10_000;
const PASSWORD = 'S3cr3t: <&> 安';
let folder: string;
let gateway: GatewayProgram;
let client: GatewayClient;
let camera: SimulatedCamera;

const cameraAt = (host: string) =>
  SimulatedCamera.start({
    ...{ id: 'yard', name: 'Yard', user: 'onvif', password: PASSWORD, host, auth: 'digest' as const },
    ...{ cacheDir: join(folder, 'video'), video: 'off' as const, digestAlgorithms: ['MD5', 'SHA-256'] as const },
  });
const row = async (): Promise<DeviceRow | undefined> =>
  (await client.get<readonly DeviceRow[]>('/devices')).find(({ id }) => id === 'cam-1');
const isUpAt = (host: string) => async () => {
  const device = await row();
  return device?.reach === 'up' && device.address?.includes(`//${host}:`) ? device : undefined;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moved-'));
  const data = join(folder, 'gateway');
  gateway = await GatewayProgram.at({
    data,
    environment: {
      ANGRID_GATEWAY_CAMERAS_NETWORKS: '127.0.0.0/8',
    },
  });
  await gateway.enrolNowhere();
  await gateway.start();
  client = new GatewayClient(dataLayout(data).socket, AbortSignal.timeout(60_000));
  camera = await cameraAt('127.0.0.2');
}, 30_000);
afterAll(async () => {
  await gateway.stop();
  await camera.stop();
  await rm(folder, { recursive: true });
});

it('a camera is found by its MAC, given a login of the list, and followed to another address with it', async () => {
  const { mac, endpoint, serialNumber } = camera.identity;
  const seen: ScanLine[] = [];
  for await (const line of client.follow<ScanLine>('/scan')) seen.push(line);
  expect(seen).toContainEqual({ camera: expect.objectContaining({ endpoint, mac, reach: 'needs-password' }) });

  await client.post<CredentialRow[]>('/credentials', { name: 'site', user: 'onvif', password: PASSWORD });
  const wanted = { id: 'cam-1', profile: 'camera', serial: mac.toUpperCase() };
  const { device } = await client.post<DeviceStored>('/devices', wanted);
  expect(device.identity).toEqual({ mac, endpoint, serial: serialNumber });
  await until('the camera is up', isUpAt('127.0.0.2'));

  await camera.stop();
  camera = await cameraAt('127.0.0.3');
  const moved = await until('the camera is followed', isUpAt('127.0.0.3'), RECOVERY_MS);
  expect(moved).toMatchObject({ id: 'cam-1', user: 'onvif', identity: { mac } });
  expect(camera.subscriptionCount).toBe(1);

  const outbox = join(folder, 'gateway', 'outbox');
  await until('the cloud will be told', async () => {
    const texts = await Promise.all((await readdir(outbox)).map((file) => readFile(join(outbox, file), 'latin1')));
    return texts.some((text) => text.includes('cn.angrid.device.address_changed.v1')) || undefined;
  });
}, 60_000);
