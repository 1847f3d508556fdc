import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '@angrid/runtime';
import { diagnose } from './doctor.js';
import type { FindingCode } from './finding.js';
import { siteOf, Workshop } from './works.fixture.js';

let shop: Workshop;
beforeEach(async () => {
  shop = await Workshop.open({ ANGRID_GATEWAY_OUTBOX_RESERVE: '1MB' });
  await pairPanel('gate-1');
  shop.works.states.set('gate-1', 'online');
  shop.site = siteOf({
    places: [{ id: 'p-1', name: '南门', kind: 'gate', unit: 'suxi/1' }],
    devices: [
      { id: 'gate-1', kind: 'panel', name: '南门', place: 'p-1' },
      { id: 'cam-1', kind: 'camera', name: 'cam', place: 'p-1' },
    ],
    links: [{ door: 'gate-1', camera: 'cam-1' }],
  });
});
afterEach(() => shop.close());

async function pairPanel(id: string): Promise<void> {
  await shop.works.registry.put({ id, kind: 'panel', name: id, profile: 'json-panel', user: id, passwordHash: 'x' });
}

async function pairCamera(): Promise<void> {
  const login = { address: 'http://10.0.0.1/x', user: 'onvif', password: new Secret('x') };
  await shop.works.registry.put({ id: 'cam-1', kind: 'camera', name: 'cam', profile: 'camera', ...login });
  shop.works.states.set('cam-1', 'online');
  shop.streams.set('cam-1', { state: 'running' });
}

async function found(): Promise<string[]> {
  const findings = await diagnose(shop.works);
  return findings.filter(({ state }) => state !== 'good').map(({ state, code }) => `${state} ${code}`);
}

describe('the doctor', () => {
  it('finds nothing where all is well, and names the links in the order of the way', async () => {
    await pairCamera();
    const findings = await diagnose(shop.works);
    expect(findings.map(({ link, state }) => `${link} ${state}`)).toEqual([
      'profiles good',
      'devices good',
      'broker good',
      'outbox good',
      'cloud good',
      'unit good',
    ]);
  });

  it('does not miss the video of a device that has none, as a door controller', async () => {
    await pairCamera();
    shop.streams.clear();
    shop.blind.add('cam-1');
    expect(await found()).toEqual([]);
  });

  it.each<[string, () => void | Promise<void>, `${'warning' | 'broken'} ${FindingCode}`]>([
    ['a panel that is offline', () => shop.works.states.set('gate-1', 'offline'), 'broken panel.offline'],
    [
      'a camera that refuses its password',
      async () => {
        await pairCamera();
        shop.cameras.set('cam-1', { state: 'needs-password' });
      },
      'broken device.needs-password',
    ],
    [
      'a camera that does not answer',
      async () => {
        await pairCamera();
        shop.works.states.set('cam-1', 'offline');
      },
      'broken camera.away',
    ],
    [
      'a camera that answers, and gives no events',
      async () => {
        await pairCamera();
        shop.works.states.set('cam-1', 'offline');
        shop.cameras.set('cam-1', { state: 'reachable' });
      },
      'broken camera.reachable',
    ],
    [
      'a camera without video',
      async () => {
        await pairCamera();
        shop.streams.set('cam-1', { state: 'failed' });
      },
      'broken camera.no-stream',
    ],
    [
      'a camera whose clock is wrong',
      async () => {
        await pairCamera();
        shop.cameras.set('cam-1', { state: 'clock-wrong' });
      },
      'warning camera.clock-wrong',
    ],
    [
      'a device whose profile has gone',
      () => void Object.assign(shop.works, { profiles: new Map() }),
      'broken profiles.missing',
    ],
    ['certificates that end', () => shop.clock.jumpWall(80 * 86_400_000), 'warning broker.certificate-ends'],
    ['a backlog', () => void Object.assign(shop.counts.pending, { record: 2000 }), 'warning outbox.backlog'],
    ['a quarantine', () => void Object.assign(shop.counts, { quarantined: 2 }), 'warning outbox.quarantined'],
    [
      'a cloud that takes nothing',
      () => void (shop.uplink = { ...shop.uplink, state: 'backing-off' }),
      'broken cloud.failing',
    ],
    ['a closed channel', () => void (shop.uplink = { ...shop.uplink, channelOpen: false }), 'warning cloud.no-channel'],
    ['a device that the cloud does not know', () => void (shop.site = siteOf()), 'warning unit.pending'],
    [
      'a door without a place',
      () => void (shop.site = siteOf({ devices: [{ id: 'gate-1', kind: 'panel', name: 'x' }] })),
      'broken unit.unlinked',
    ],
    [
      'a place without a unit',
      () => void (shop.site = { ...shop.site, places: [{ id: 'p-1', name: 'x', kind: 'gate' }] }),
      'broken unit.none',
    ],
    ['a door without a camera', () => void (shop.site = { ...shop.site, links: [] }), 'warning unit.no-camera'],
  ])('names %s', async (_, happens, expected) => {
    await happens();
    expect(await found()).toEqual([expected]);
  });

  it('says that panels may connect without TLS', async () => {
    await shop.close();
    shop = await Workshop.open({
      ANGRID_GATEWAY_BROKER_PLAIN: '192.168.50.1:1883',
      ANGRID_GATEWAY_BROKER_PLAIN_NETWORK: 'VLAN 50',
    });
    expect(await found()).toEqual(expect.arrayContaining(['warning devices.none', 'warning broker.plain']));
  });

  it('says when the disk is at its reserve', async () => {
    await shop.close();
    shop = await Workshop.open({ ANGRID_GATEWAY_OUTBOX_RESERVE: '1000TB' });
    expect(await found()).toContain('broken outbox.disk-full');
  });

  it('names the first fifty of many, broken ones first, and counts the others', async () => {
    for (let index = 0; index < 60; index += 1) {
      await pairPanel(`door-${index}`);
      shop.works.states.set(`door-${index}`, 'online');
    }
    shop.site = { ...shop.site, devices: [...shop.site.devices, { id: 'door-59', kind: 'panel', name: 'x' }] };
    const units = (await diagnose(shop.works)).filter(({ link }) => link === 'unit');
    expect(units).toHaveLength(51);
    expect(units[0]).toMatchObject({ code: 'unit.unlinked', values: { device: 'door-59' } });
    expect(units[50]).toMatchObject({ code: 'unit.more', values: { count: 10 } });
  });
});

describe('the port of devices that push over HTTP', () => {
  const codes = async () =>
    (await diagnose(shop.works)).map(({ code }) => code).filter((code) => code.startsWith('http'));

  it('is named only where there are such devices, and broken where it is closed', async () => {
    expect(await codes()).toEqual([]);
    shop.pushing = 1;
    expect(await codes()).toEqual(['http.good']);
    shop.isHttpOpen = false;
    expect(await found()).toContain('broken http.closed');
  });
});
