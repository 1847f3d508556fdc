import { expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { hostsOf, MAX_HOSTS } from './network-hosts.js';

const all = (): boolean => true;

test.each([
  ['192.168.20.0/24', 254, '192.168.20.1', '192.168.20.254'],
  ['192.168.20.77/24', 254, '192.168.20.1', '192.168.20.254'],
  ['10.255.252.0/22', 1_022, '10.255.252.1', '10.255.255.254'],
  ['192.168.20.6/31', 2, '192.168.20.6', '192.168.20.7'],
  ['127.0.0.9/32', 1, '127.0.0.9', '127.0.0.9'],
])('%s has %d hosts, from %s to %s', (network, count, first, last) => {
  const hosts = hostsOf(network, all);
  expect([hosts.length, hosts[0], hosts.at(-1)]).toEqual([count, first, last]);
});

test.each([
  '192.168.0.0/16',
  '0.0.0.0/0',
  '192.168.20.0',
  '192.168.20.0/33',
  '192.168.20.300/24',
  'fd00::/64',
  ' ',
  '1/2/3',
])('%j is refused before anything is sent', (network) => {
  expect(() => hostsOf(network, all)).toThrow(expect.objectContaining({ code: 'input.invalid' }));
});

it('a network that is not wholly inside those of the site is refused', () => {
  const allows = (host: string): boolean => host !== '192.168.20.9';
  expect(() => hostsOf('192.168.20.0/28', allows)).toThrow(expect.objectContaining({ code: 'device.address-refused' }));
});

it('no text gives more hosts than the bound, or a host that is not allowed', () => {
  const allows = (host: string): boolean => host.startsWith('192.168.');
  const texts = fc.oneof(
    fc.string(),
    fc.tuple(fc.ipV4(), fc.nat(40)).map(([base, bits]) => `${base}/${bits}`),
  );
  fc.assert(
    fc.property(texts, (network) => {
      try {
        const hosts = hostsOf(network, allows);
        expect(hosts.length).toBeLessThanOrEqual(MAX_HOSTS);
        expect(hosts.every(allows)).toBe(true);
      } catch (error) {
        expect(error).toHaveProperty('code');
      }
    }),
  );
});
