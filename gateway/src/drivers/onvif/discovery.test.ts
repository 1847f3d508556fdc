import { describe, expect, it, test } from '@jest/globals';
import type { Candidate } from '../driver.js';
import { onvifDriver } from './index.js';
import type { ProbeAnswer } from './discovery.js';

const allows = (host: string): boolean => host.startsWith('192.168.20.');
const URN = 'urn:uuid:2419d68a-2dd2-21b2-a205-001122334455';

const answer = (more: Partial<ProbeAnswer> = {}): ProbeAnswer => ({
  urn: URN,
  xaddrs: ['http://192.168.20.7/onvif/device_service'],
  scopes: [
    'onvif://www.onvif.org/hardware/DS-2CD',
    'onvif://www.onvif.org/name/East%20Gate_1',
    'onvif://www.onvif.org/manufacturer/Acme',
  ],
  ...more,
});

async function discover(...answers: ProbeAnswer[]): Promise<Candidate[]> {
  const found: Candidate[] = [];
  const driver = onvifDriver({ allows, probe: async () => answers });
  for await (const candidate of driver.discover(new AbortController().signal)) found.push(candidate);
  return found;
}

describe('a probe answer becomes a candidate', () => {
  it('with its endpoint reference as the unique id', async () => {
    await expect(discover(answer())).resolves.toEqual([
      {
        uniqueId: URN,
        address: 'http://192.168.20.7/onvif/device_service',
        manufacturer: 'Acme',
        model: 'DS-2CD',
        name: 'East Gate 1',
      },
    ]);
  });

  it('once, however many interfaces it answered on and however it writes its id', async () => {
    const again = answer({ urn: URN.toUpperCase().replace('URN:', '') });
    await expect(discover(answer(), again)).resolves.toHaveLength(1);
  });

  it('at the first of its addresses that is inside the networks of the site', async () => {
    const xaddrs = [
      'http://169.254.169.254/latest',
      'http://user@192.168.20.9/',
      'not an address',
      'http://192.168.20.8/onvif',
    ];
    await expect(discover(answer({ xaddrs }))).resolves.toMatchObject([{ address: 'http://192.168.20.8/onvif' }]);
  });

  it('with text that cannot disturb a screen', async () => {
    const scopes = [`onvif://www.onvif.org/name/a%1b[31m%0ab${'x'.repeat(500)}`, 'onvif://www.onvif.org/hardware/%zz'];
    const [candidate] = await discover(answer({ scopes }));
    expect(candidate?.name).toMatch(/^a \[31m bx{1,121}$/);
    expect(candidate?.model).toBe('%zz');
  });
});

describe('there is no candidate', () => {
  test.each([
    ['without a unique id', answer({ urn: '' })],
    ['with an id that is none', answer({ urn: 'urn:schemas-xmlsoap-org:ws:2005:04:discovery' })],
    ['without addresses', answer({ xaddrs: [] })],
    ['outside the networks', answer({ xaddrs: ['http://10.0.0.1/onvif'] })],
    ['with a name instead of an address', answer({ xaddrs: ['http://camera.lan/onvif'] })],
    ['with a number for an address', answer({ xaddrs: ['http://3232240647/onvif'] })],
  ])('%s', async (_what, probed) => {
    await expect(discover(probed)).resolves.toEqual([]);
  });
});

it('a flood of answers is cut off', async () => {
  const flood = Array.from({ length: 3_000 }, (_, i) =>
    answer({ urn: `urn:uuid:00000000-0000-0000-0000-${String(i).padStart(12, '0')}` }),
  );
  await expect(discover(...flood)).resolves.toHaveLength(1_024);
});
