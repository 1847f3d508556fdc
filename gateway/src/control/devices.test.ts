import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AnGridError } from '@angrid/contract';
import { sha256 } from '@angrid/contract/signing';
import { Secret } from '@angrid/runtime';
import type { DeviceStored } from './answers.js';
import { deviceRoutes } from './devices.js';
import type { ControlRoute } from './route.js';
import { Workshop } from './works.fixture.js';

let shop: Workshop;
let routes: readonly ControlRoute[];
beforeEach(async () => {
  shop = await Workshop.open();
  routes = deviceRoutes(shop.works);
});
afterEach(() => shop.close());

const gate = { id: 'gate-1', profile: 'json-panel', name: '南门' };
const ask = (method: string, path: string, body?: unknown) =>
  shop.call(routes, method, path, body) as Promise<DeviceStored>;
const hashOf = (id: string) => shop.works.registry.find(id)?.passwordHash;

describe('a panel that is added', () => {
  it('gets a password that is told once and kept as a hash only', async () => {
    const { access } = await ask('POST', '/devices', gate);
    expect(access).toMatchObject({ hosts: ['192.168.50.1'], port: 8883, user: 'gate-1', clientId: 'gate-1' });
    expect(access?.publish).toContain('angrid/v1/gate-1/event');
    expect(hashOf('gate-1')).toBe(sha256(access?.password ?? ''));
    expect(JSON.stringify(await ask('GET', '/devices'))).not.toContain(access?.password);
  });

  it('is told to the cloud', async () => {
    await ask('POST', '/devices', gate);
    expect(shop.provisioned).toEqual([
      { op: 'device.upsert', device: 'gate-1', kind: 'panel', name: '南门', profile: 'json-panel' },
    ]);
  });

  it('has topics with its own id, where it has one', async () => {
    const { access } = await ask('POST', '/devices', { id: 'door', profile: 'face-panel-mqtt', vendorId: '1305433' });
    expect(access?.publish).toContain('mqtt/face/1305433/Rec');
  });

  it.each([
    ['an id that is taken', { ...gate }, 'subject.conflict'],
    ['the user of another panel', { ...gate, id: 'gate-2', user: 'gate-1' }, 'subject.conflict'],
    ['an unknown profile', { ...gate, id: 'gate-2', profile: 'none' }, 'profile.unknown'],
    ['a wildcard for its vendor id', { ...gate, id: 'gate-2', vendorId: '#' }, 'input.invalid'],
    ['a user with a slash', { ...gate, id: 'gate-2', user: 'a/b' }, 'input.invalid'],
    ['a field that there is not', { ...gate, id: 'gate-2', colour: 'red' }, 'input.invalid'],
  ])('is refused with %s', async (_, body, code) => {
    await ask('POST', '/devices', gate);
    await expect(ask('POST', '/devices', body)).rejects.toMatchObject({ code });
    expect(shop.works.registry.all()).toHaveLength(1);
  });

  it('is not there at all where the outbox takes nothing', async () => {
    shop.outboxFailure = new AnGridError('outbox.full', { op: 'test' });
    await expect(ask('POST', '/devices', gate)).rejects.toMatchObject({ code: 'outbox.full' });
    expect(shop.works.registry.all()).toEqual([]);
  });
});

describe('a panel that is changed', () => {
  beforeEach(() => ask('POST', '/devices', gate));

  it('keeps its password, and its session where only the name is new', async () => {
    const before = hashOf('gate-1');
    const { access, device } = await ask('PATCH', '/devices/gate-1', { name: '南大门' });
    expect([access, device.name, hashOf('gate-1')]).toEqual([undefined, '南大门', before]);
    expect(shop.cutOff).toEqual([]);
  });

  it('loses its session where its topics are others', async () => {
    await ask('PATCH', '/devices/gate-1', { vendorId: '77' });
    expect(shop.cutOff).toEqual(['gate-1']);
  });

  it('gets a new password where it is replaced or asks for one, and the old hardware is cut off', async () => {
    for (const path of ['/devices/gate-1/replace', '/devices/gate-1/password']) {
      const before = hashOf('gate-1');
      const { access } = await ask('POST', path, {});
      expect(hashOf('gate-1')).toBe(sha256(access?.password ?? ''));
      expect(hashOf('gate-1')).not.toBe(before);
    }
    expect(shop.cutOff).toEqual(['gate-1', 'gate-1']);
  });

  it('is gone with its session when it is removed', async () => {
    await ask('DELETE', '/devices/gate-1');
    expect([shop.works.registry.all(), shop.cutOff]).toEqual([[], ['gate-1']]);
    expect(shop.provisioned.at(-1)).toEqual({ op: 'device.remove', device: 'gate-1' });
    expect(shop.forgotten.at(-1)).toEqual(['gate-1', false]);
    await expect(ask('DELETE', '/devices/gate-1')).rejects.toMatchObject({ code: 'device.unknown' });
  });
});

describe('a camera', () => {
  const address = 'http://192.168.60.11/onvif/device_service';
  const camera = { id: 'cam-1', kind: 'camera', name: 'cam', profile: 'camera', address, user: 'onvif' } as const;

  it.each([
    ['without a password', { ...camera }, 'input.invalid'],
    [
      'with its password in the address',
      { ...camera, password: 'x', address: 'http://u:p@10.0.0.1/' },
      'device.address-invalid',
    ],
    ['outside the networks of the site', { ...camera, password: 'x' }, 'device.address-refused'],
  ])('is refused %s', async (_, body, code) => {
    await expect(ask('POST', '/devices', body)).rejects.toMatchObject({ code });
    expect(shop.works.registry.all()).toEqual([]);
  });

  it('is renamed without being asked, and its password is never shown', async () => {
    await shop.works.registry.put({ ...camera, password: new Secret('canary-pass') });
    const stored = await ask('PATCH', '/devices/cam-1', { name: '南门摄像机' });
    expect(stored.device.name).toBe('南门摄像机');
    expect(JSON.stringify(stored)).not.toContain('canary-pass');
    expect(shop.works.registry.get('cam-1').password?.reveal()).toBe('canary-pass');
  });
});

describe('a panel that pushes over HTTP', () => {
  const push = { id: 'gate-9', profile: 'acs-isapi', name: '北门' };

  it('gets an address with a secret in it, once, and of the secret only the hash is kept', async () => {
    const { access, device } = await ask('POST', '/devices', push);
    const secret = access?.password ?? '';
    expect(access?.http).toEqual({ login: 'path', urls: [`https://192.168.50.1:8884/p/gate-9/${secret}/events`] });
    expect(secret).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(hashOf('gate-9')).toBe(sha256(secret));
    expect(JSON.stringify([device, await ask('GET', '/devices')])).not.toContain(secret);
  });

  it('gets another secret from a new password, and the old one is worth nothing', async () => {
    await ask('POST', '/devices', push);
    const before = hashOf('gate-9');
    const { access } = await ask('POST', '/devices/gate-9/password', {});
    expect(access?.http?.urls[0]).toContain(access?.password);
    expect(hashOf('gate-9')).not.toBe(before);
  });

  it('that is called keeps its own login, sealed, through a new secret', async () => {
    const called = { ...push, address: 'http://192.168.50.20', deviceUser: 'admin', password: 'S3cr3t-CANARY' };
    const added = await ask('POST', '/devices', called);
    expect(JSON.stringify(added)).not.toContain('CANARY');
    await ask('POST', '/devices/gate-9/password', {});
    const kept = shop.works.registry.get('gate-9');
    expect([kept.address, kept.deviceUser, kept.password?.reveal()]).toEqual([
      'http://192.168.50.20',
      'admin',
      'S3cr3t-CANARY',
    ]);
  });

  it.each([
    ['a user of the panel without a password', { ...push, deviceUser: 'admin' }, 'input.invalid'],
    ['an address that is none', { ...push, address: 'file:///etc/passwd' }, 'device.address-invalid'],
    [
      'a profile that goes by addresses, without a plain listener',
      { ...push, profile: 'security-push' },
      'input.invalid',
    ],
  ])('is refused with %s', async (_, body, code) => {
    await expect(ask('POST', '/devices', body)).rejects.toMatchObject({ code });
    expect(shop.works.registry.all()).toEqual([]);
  });
});

describe('a panel that is known by its address', () => {
  const terminal = { id: 'zk-1', profile: 'security-push', address: 'http://192.168.50.30', vendorId: 'CJX1' };

  beforeEach(async () => {
    await shop.close();
    shop = await Workshop.open({
      ANGRID_GATEWAY_HTTP_PLAIN: '192.168.50.1:8080',
      ANGRID_GATEWAY_HTTP_PLAIN_NETWORK: 'VLAN',
    });
    routes = deviceRoutes(shop.works);
  });

  it('has no secret, and is told the server alone', async () => {
    const { access } = await ask('POST', '/devices', terminal);
    expect(access).toMatchObject({ password: '', http: { login: 'address', urls: ['http://192.168.50.1:8080'] } });
    expect(hashOf('zk-1')).toBeUndefined();
  });

  it.each([
    ['without an address', { ...terminal, address: undefined }, 'input.invalid'],
    ['with a name for an address', { ...terminal, address: 'http://panel.lan' }, 'input.invalid'],
    ['with the address of another', { ...terminal, id: 'zk-2' }, 'subject.conflict'],
  ])('is refused %s', async (_, body, code) => {
    await ask('POST', '/devices', terminal);
    const other = body.id === 'zk-1' ? { ...body, id: 'zk-3' } : body;
    await expect(ask('POST', '/devices', other)).rejects.toMatchObject({ code });
  });
});

describe('a view that is learned anew', () => {
  it('is that of a camera, and of nothing else', async () => {
    const login = { address: 'http://10.0.0.1/x', user: 'onvif', password: new Secret('x') };
    await shop.works.registry.put({ id: 'cam-1', kind: 'camera', name: 'cam', profile: 'camera', ...login });
    await ask('POST', '/devices', gate);
    await expect(shop.call(routes, 'POST', '/devices/cam-1/relearn')).resolves.toEqual({ relearned: 'cam-1' });
    await expect(ask('POST', '/devices/gate-1/relearn')).rejects.toMatchObject({ code: 'input.invalid' });
    await expect(ask('POST', '/devices/nobody/relearn')).rejects.toMatchObject({ code: 'device.unknown' });
    expect(shop.relearned).toEqual(['cam-1']);
  });
});
