import { describe, expect, it, test } from '@jest/globals';
import type { ProbeAnswer } from './probe.js';
import { macOf, macOfEndpoint, type Sighting, Sightings } from './sightings.js';

const allows = (host: string): boolean => host.startsWith('192.168.20.');
const URN = 'urn:uuid:2419d68a-2dd2-21b2-a205-001122334455';

const answer = (more: Partial<ProbeAnswer> = {}): ProbeAnswer => ({
  urn: URN,
  xaddrs: ['http://192.168.20.7/onvif/device_service'],
  scopes: [
    'onvif://www.onvif.org/hardware/DS-2CD',
    'onvif://www.onvif.org/name/East%20Gate_1',
    'onvif://www.onvif.org/manufacturer/Acme',
    'onvif://www.onvif.org/MAC/00:11:22:33:44:55',
  ],
  ...more,
});

function sighted(...answers: ProbeAnswer[]): readonly Sighting[] {
  const sightings = new Sightings(allows);
  for (const one of answers) sightings.add(one);
  return sightings.all();
}

describe('an answer becomes a sighting', () => {
  it('with its endpoint reference, and what its scopes tell', () => {
    expect(sighted(answer())).toEqual([
      {
        endpoint: URN,
        addresses: ['http://192.168.20.7/onvif/device_service'],
        manufacturer: 'Acme',
        model: 'DS-2CD',
        name: 'East Gate 1',
        mac: '00:11:22:33:44:55',
      },
    ]);
  });

  it('once, however many network cards it answers on and however it writes its id', () => {
    const again = answer({
      urn: URN.toUpperCase().replace('URN:', ''),
      xaddrs: ['http://192.168.20.8/onvif/device_service', 'http://192.168.20.7/onvif/device_service'],
    });
    const [one, ...others] = sighted(answer(), again);
    expect(others).toEqual([]);
    expect(one?.addresses).toEqual([
      'http://192.168.20.7/onvif/device_service',
      'http://192.168.20.8/onvif/device_service',
    ]);
  });

  it('at those of its addresses that are inside the networks of the site', () => {
    const xaddrs = [
      'http://169.254.169.254/latest',
      'http://user@192.168.20.9/',
      'not an address',
      'http://192.168.20.8/onvif',
    ];
    expect(sighted(answer({ xaddrs }))).toMatchObject([{ addresses: ['http://192.168.20.8/onvif'] }]);
  });

  it('with text that cannot disturb a screen', () => {
    const scopes = [`onvif://www.onvif.org/name/a%1b[31m%0ab${'x'.repeat(500)}`, 'onvif://www.onvif.org/hardware/%zz'];
    const [one] = sighted(answer({ scopes }));
    expect(one?.name).toMatch(/^a \[31m bx{1,121}$/);
    expect(one?.model).toBe('%zz');
  });
});

describe('there is none', () => {
  test.each([
    ['without a unique id', answer({ urn: '' }), 'no-endpoint'],
    ['with an id that is none', answer({ urn: 'urn:schemas-xmlsoap-org:ws:2005:04:discovery' }), 'no-endpoint'],
    ['without addresses, as of a network disk', answer({ xaddrs: [] }), 'no-address'],
    ['outside the networks', answer({ xaddrs: ['http://10.0.0.1/onvif'] }), 'outside'],
    ['with a name instead of an address', answer({ xaddrs: ['http://camera.lan/onvif'] }), 'outside'],
    ['with a number for an address', answer({ xaddrs: ['http://3232240647/onvif'] }), 'outside'],
  ])('%s, and it is said why', (_what, probed, why) => {
    const sightings = new Sightings(allows);
    expect(sightings.add(probed)).toBe(why);
    expect(sightings.size).toBe(0);
  });
});

it('a flood of answers is cut off', () => {
  const urns = Array.from(
    { length: 3_000 },
    (_, i) => `urn:uuid:00000000-0000-0000-0000-${String(i).padStart(12, '0')}`,
  );
  expect(sighted(...urns.map((urn) => answer({ urn })))).toHaveLength(1_024);
});

describe('a MAC address', () => {
  test.each([
    ['00-1A-2b-3c-4d-5e', '00:1a:2b:3c:4d:5e'],
    ['001a2b3c4d5e', '00:1a:2b:3c:4d:5e'],
    ['00:00:00:00:00:00', undefined],
    ['garbage', undefined],
    [undefined, undefined],
  ])('%s is %s', (text, mac) => {
    expect(macOf(text)).toBe(mac);
  });

  it('is often the end of the endpoint reference', () => {
    expect(macOfEndpoint(URN)).toBe('00:11:22:33:44:55');
    expect(macOfEndpoint('urn:uuid:no-such-end')).toBeUndefined();
  });
});
