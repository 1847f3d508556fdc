import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import type { SettingType, Written } from '../setting-type.js';
import { host, listenAddress, url } from './address.js';
import { list } from './list.js';
import { network } from './network.js';
import { integer, number, port } from './number.js';
import { duration, size } from './quantity.js';
import { boolean, choice, path, text } from './text.js';
import { Hours, hours, timeZone } from './time.js';

function taken(type: SettingType<unknown>, written: Written): unknown {
  const parsed = type.parse(written, {});
  if ('refusal' in parsed) throw new Error(parsed.refusal.reason.en);
  return parsed.value;
}

function refusal(type: SettingType<unknown>, written: Written): string {
  const parsed = type.parse(written, {});
  return 'refusal' in parsed ? parsed.refusal.reason.en : `taken as ${String(parsed.value)}`;
}

test.each<[string, SettingType<unknown>, Written, unknown]>([
  ['text', text(), 'Block 3', 'Block 3'],
  ['text of digits stays text', text(), '007', '007'],
  ['whole number', integer({ min: -5, max: 5 }), '-5', -5],
  ['number', number({ min: 0, max: 1 }), '0.25', 0.25],
  ['true', boolean(), 'true', true],
  ['false', boolean(), 'false', false],
  ['milliseconds', duration(), '500ms', 500],
  ['seconds', duration(), '30s', 30_000],
  ['half a minute', duration(), '0.5m', 30_000],
  ['hours', duration(), '12h', 43_200_000],
  ['days', duration(), '190d', 190 * 86_400_000],
  ['bytes', size(), '512B', 512],
  ['megabytes', size(), '200MB', 200_000_000],
  ['mebibytes', size(), '200MiB', 209_715_200],
  ['a size with a space', size(), '2 GB', 2_000_000_000],
  ['port', port(), '8883', 8883],
  ['any free port', port(), '0', 0],
  ['host name', host(), 'cloud.example', 'cloud.example'],
  ['IPv4 address', host(), '10.0.0.1', '10.0.0.1'],
  ['IPv6 address', host(), 'fd00::1', 'fd00::1'],
  ['listen address', listenAddress(), '0.0.0.0:8080', { host: '0.0.0.0', port: 8080 }],
  ['listen address in IPv6', listenAddress(), '[::1]:0', { host: '::1', port: 0 }],
  ['url', url({ schemes: ['https'] }), 'https://cloud.example/api', new URL('https://cloud.example/api')],
  ['path', path(), '/var/lib/angrid', '/var/lib/angrid'],
  ['choice', choice('debug', 'info'), 'info', 'info'],
  ['list', list(text()), ['a', 'b, c'], ['a', 'b, c']],
  ['list in one text', list(integer({ min: 1, max: 9 })), '1, 2,3', [1, 2, 3]],
  ['empty list', list(text()), '', []],
  ['time zone', timeZone(), 'Asia/Shanghai', 'Asia/Shanghai'],
  ['surrounding space', choice('a'), ' a ', 'a'],
])('%s is read', (_, type, written, value) => {
  expect(taken(type, written)).toEqual(value);
});

test.each<[SettingType<unknown>, Written, string]>([
  [text({ max: 3 }), 'abcd', '"abcd" is not text of 1 to 3 characters'],
  [text(), ' ', '" " is not text of 1 to 200 characters'],
  [integer({ min: 1, max: 9 }), '10', '"10" is not a whole number from 1 to 9'],
  [integer({ min: 1, max: 9 }), '1.5', '"1.5" is not a whole number from 1 to 9'],
  [integer({ min: 1, max: 9 }), '0x5', '"0x5" is not a whole number from 1 to 9'],
  [integer({ min: 1, max: 9 }), ['5'], 'a list was given where a whole number from 1 to 9 is expected'],
  [number({ min: 0, max: 1 }), '1e3', '"1e3" is not a number from 0 to 1'],
  [number({ min: 0, max: 1 }), 'NaN', '"NaN" is not a number from 0 to 1'],
  [boolean(), 'yes', '"yes" is not true or false'],
  [duration(), '30', '"30" is not a duration from 0s to 3650d (units ms, s, m, h, d: 30s)'],
  [duration({ min: '1s', max: '1m' }), '61s', '"61s" is not a duration from 1s to 1m (units ms, s, m, h, d: 30s)'],
  [duration({ min: '1s', max: '1m' }), '999ms', '"999ms" is not a duration from 1s to 1m (units ms, s, m, h, d: 30s)'],
  [duration(), '-1s', '"-1s" is not a duration from 0s to 3650d (units ms, s, m, h, d: 30s)'],
  [
    size({ min: '1MB', max: '1GB' }),
    '2GB',
    '"2GB" is not a size from 1MB to 1GB (units B, KB, MB, GB, TB or KiB, MiB, GiB, TiB: 200MB)',
  ],
  [
    size({ max: '1GB' }),
    '5 mb',
    '"5 mb" is not a size from 0B to 1GB (units B, KB, MB, GB, TB or KiB, MiB, GiB, TiB: 200MB)',
  ],
  [port(), '65536', '"65536" is not a port from 0 to 65535 (0: any free port)'],
  [host(), 'a b', '"a b" is not a host name or IP address'],
  [host(), '10.0.0.256', '"10.0.0.256" is not a host name or IP address'],
  [host(), '-a.example', '"-a.example" is not a host name or IP address'],
  [listenAddress(), '8080', '"8080" is not an address to listen on, as 127.0.0.1:8080 or [::1]:8080'],
  [listenAddress(), '[10.0.0.1]:1', '"[10.0.0.1]:1" is not an address to listen on, as 127.0.0.1:8080 or [::1]:8080'],
  [listenAddress(), 'a:65536', '"a:65536" is not an address to listen on, as 127.0.0.1:8080 or [::1]:8080'],
  [url({ schemes: ['https', 'http'] }), 'ftp://a', '"ftp://a" is not a URL that starts with https:// or http://'],
  [url({ schemes: ['https'] }), 'cloud', '"cloud" is not a URL that starts with https://'],
  [url({ schemes: ['https'] }), 'https://u:p@a', 'the URL must not carry a user or password'],
  [path(), '', '"" is not a path of a file or folder'],
  [choice('debug', 'info'), 'Info', '"Info" is not one of debug, info'],
  [list(integer({ min: 1, max: 9 })), ['1', 'x'], 'item 2: "x" is not a whole number from 1 to 9'],
  [list(text(), { max: 1 }), 'a,b', 'has more than 1 items'],
  [network(), '10.0.0.1', '"10.0.0.1" is not a CIDR block such as 192.168.20.0/24'],
  [network(), '10.0.0.0/33', '"10.0.0.0/33" is not a CIDR block such as 192.168.20.0/24'],
  [network(), 'fd00::/129', '"fd00::/129" is not a CIDR block such as 192.168.20.0/24'],
  [hours(), '22-6', '"22-6" is not hours such as 22:00-06:00'],
  [hours(), '22:00-25:00', '"22:00-25:00" is not hours such as 22:00-06:00'],
  [hours(), '22:00-22:00', '"22:00-22:00" is not hours such as 22:00-06:00'],
  [hours(), '24:00-06:00', '"24:00-06:00" is not hours such as 22:00-06:00'],
  [hours(), '22:00-06:00-08:00', '"22:00-06:00-08:00" is not hours such as 22:00-06:00'],
  [timeZone(), 'Asia/Atlantis', '"Asia/Atlantis" is not an IANA time zone such as Asia/Shanghai'],
  [timeZone(), '+08:00', '"+08:00" is not an IANA time zone such as Asia/Shanghai'],
])('%# a wrong value is refused: %3$s', (type, written, reason) => {
  expect(refusal(type, written)).toBe(reason);
});

describe('a refusal', () => {
  it('shows a long or multi-line value cut and on one line', () => {
    expect(refusal(boolean(), `a\n\u202e${'x'.repeat(100)}`)).toBe(`"a ${'x'.repeat(58)}…" is not true or false`);
  });

  it('never comes as an exception, whatever is written', () => {
    const types = [text(), integer({ min: 0, max: 9 }), number({ min: 0, max: 9 }), duration(), size(), port(), host()];
    const more = [listenAddress(), url({ schemes: ['https'] }), network(), hours(), timeZone(), list(network())];
    const written = fc.oneof(fc.string(), fc.webUrl(), fc.ipV6(), fc.array(fc.string(), { maxLength: 3 }));
    fc.assert(
      fc.property(fc.constantFrom<SettingType<unknown>>(...types, ...more), written, (type, value) => {
        const parsed = type.parse(value, {});
        expect('value' in parsed || parsed.refusal.reason.en.length > 0).toBe(true);
      }),
    );
  });
});

describe('a network', () => {
  test.each([
    ['192.168.20.0/24', '192.168.20.255', true],
    ['192.168.20.0/24', '192.168.21.0', false],
    ['192.168.20.7/24', '192.168.20.1', true],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', 'fd00::1', false],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', 'fe80::1', false],
    ['10.0.0.0/8', 'camera.example', false],
  ])('%s contains %s: %s', (block, address, contained) => {
    expect((taken(network(), block) as { contains(address: string): boolean }).contains(address)).toBe(contained);
  });
});

describe('hours', () => {
  test.each([
    ['22:00-06:00', '21:59', false],
    ['22:00-06:00', '22:00', true],
    ['22:00-06:00', '00:00', true],
    ['22:00-06:00', '05:59', true],
    ['22:00-06:00', '06:00', false],
    ['08:00-18:00', '07:59', false],
    ['08:00-18:00', '17:59', true],
    ['08:00-18:00', '18:00', false],
    ['18:00-24:00', '23:59', true],
    ['00:00-24:00', '12:00', true],
  ])('%s include %s: %s', (written, time, included) => {
    const [hour = '', minute = ''] = time.split(':');
    expect(Hours.parse(written)?.includes(Number(hour) * 60 + Number(minute))).toBe(included);
  });
});
