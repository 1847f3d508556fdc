import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  capabilitiesReply,
  dateTimeReply,
  fault,
  type Handlers,
  PASSWORD,
  soap,
  TestCamera,
  tokenFits,
} from '../drivers/onvif/camera.fixture.js';
import type { CredentialRow, DeviceStored } from './answers.js';
import { credentialRoutes } from './credentials.js';
import { deviceRoutes } from './devices.js';
import type { ControlRoute } from './route.js';
import { Workshop } from './works.fixture.js';

const NOW = Date.UTC(2026, 2, 1);
const information = soap(
  '<tds:GetDeviceInformationResponse xmlns:tds="urn:d"><tds:Manufacturer>Acme</tds:Manufacturer><tds:Model>C-7</tds:Model>' +
    '<tds:FirmwareVersion>1.10</tds:FirmwareVersion><tds:SerialNumber>SN-7</tds:SerialNumber></tds:GetDeviceInformationResponse>',
);
const handlers: Handlers = {
  GetSystemDateAndTime: dateTimeReply(NOW),
  GetCapabilities: capabilitiesReply,
  GetDeviceInformation: (heard) => (tokenFits(heard, PASSWORD, NOW) ? information : fault('ter:NotAuthorized')()),
  GetProfiles: soap('<trt:GetProfilesResponse xmlns:trt="urn:t"/>'),
  GetEndpointReference: soap(
    '<tds:GetEndpointReferenceResponse xmlns:tds="urn:d"><tds:GUID>urn:uuid:2419d68a-2dd2-21b2-a205-001122334455</tds:GUID>' +
      '</tds:GetEndpointReferenceResponse>',
  ),
};

let shop: Workshop;
let routes: readonly ControlRoute[];
let camera: TestCamera;
beforeEach(async () => {
  shop = await Workshop.open({ ANGRID_GATEWAY_CAMERAS_NETWORKS: '127.0.0.0/8' });
  routes = [...deviceRoutes(shop.works), ...credentialRoutes(shop.works)];
  camera = await TestCamera.start(handlers);
});
afterEach(async () => {
  await camera.close();
  await shop.close();
});

const ask = <T>(method: string, path: string, body?: unknown) => shop.call(routes, method, path, body) as Promise<T>;
const add = (more: object) => ask<DeviceStored>('POST', '/devices', { id: 'cam-1', profile: 'camera', ...more });
const list = (name: string, password: string, cameras: string[] = []) =>
  ask<CredentialRow[]>('POST', '/credentials', { name, user: 'admin', password, cameras });
/** Requests that carried a login which was refused. */
const refused = (): number =>
  camera.heard.filter((heard) => /UsernameToken/.test(heard.xml) && !tokenFits(heard, PASSWORD, NOW)).length;

describe('a camera that is paired', () => {
  it('is kept with what it is known again by, and what it was', async () => {
    const { device, inventory } = await add({ address: camera.address, user: 'admin', password: PASSWORD });
    expect(inventory).toMatchObject({ manufacturer: 'Acme', serial: 'SN-7' });
    expect(device.identity).toEqual({ serial: 'SN-7', endpoint: 'urn:uuid:2419d68a-2dd2-21b2-a205-001122334455' });
    expect(device.facts).toMatchObject({ firmware: '1.10', readAt: '2026-03-01T00:00:00.000Z' });
  });

  it('keeps its identity where only its name changes, and is not asked for that', async () => {
    await add({ address: camera.address, user: 'admin', password: PASSWORD });
    const heard = camera.heard.length;
    const { device } = await ask<DeviceStored>('PATCH', '/devices/cam-1', { name: '东门' });
    expect([device.name, device.identity?.serial]).toEqual(['东门', 'SN-7']);
    expect(camera.heard).toHaveLength(heard);
  });

  it('is forgotten with all that is known of it', async () => {
    await add({ address: camera.address, user: 'admin', password: PASSWORD });
    await ask('DELETE', '/devices/cam-1');
    expect(shop.works.cameraFacts.of('cam-1')).toBeUndefined();
  });
});

describe('a camera without a login of its own', () => {
  it('is given the one of the list that it takes', async () => {
    await list('wrong', 'nothing');
    await list('right', PASSWORD);
    const { device } = await add({ address: camera.address });
    expect(device.user).toBe('admin');
    expect(shop.works.registry.get('cam-1').password?.reveal()).toBe(PASSWORD);
    expect(refused()).toBe(1);
  });

  it('is tried twice at most, whoever asks how often', async () => {
    for (const name of ['a', 'b', 'c']) await list(name, `wrong ${name}`);
    for (let times = 0; times < 3; times += 1) {
      await expect(add({ address: camera.address })).rejects.toMatchObject({ code: 'camera.no-credential' });
    }
    expect(refused()).toBe(2);
    expect(shop.works.registry.all()).toEqual([]);
  });

  it('costs no attempt while it does not answer', async () => {
    await list('right', PASSWORD);
    const { address } = camera;
    await camera.close();
    await expect(add({ address })).rejects.toMatchObject({ code: 'onvif.unreachable' });
    camera = await TestCamera.start(handlers);
    await expect(add({ address: camera.address })).resolves.toMatchObject({ device: { id: 'cam-1' } });
  });

  it.each([
    ['only a user', { user: 'admin' }],
    ['only a password', { password: 'x' }],
    ['neither address nor serial number', { address: undefined, user: 'admin', password: 'x' }],
  ])('is refused with %s', async (_what, more) => {
    await expect(add({ address: camera.address, ...more })).rejects.toMatchObject({ code: 'input.invalid' });
  });
});

it('no password of the list comes out again', async () => {
  await list('site', PASSWORD, ['SN-7']);
  const rows = await ask<CredentialRow[]>('GET', '/credentials');
  expect(rows).toEqual([{ name: 'site', user: 'admin', cameras: ['SN-7'] }]);
});
