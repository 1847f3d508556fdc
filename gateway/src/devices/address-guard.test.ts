import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { addressGuard, parseDeviceUrl, parseIp, type Lookup } from './address-guard.js';

const SITE = ['192.168.20.0/24', 'fd12:3456::/64'];
const names: Record<string, string[]> = {
  'camera.lan': ['192.168.20.7'],
  'two.lan': ['192.168.20.7', '192.168.20.8'],
  'v6.lan': ['fd12:3456::7'],
  'rebind.example': ['192.168.20.7', '127.0.0.1'],
  'metadata.example': ['169.254.169.254'],
  'mapped.example': ['::ffff:10.0.0.1'],
  'scoped.example': ['fe80::1%eth0'],
  'empty.example': [],
};
const lookup: Lookup = async (host) => {
  const found = names[host];
  if (!found) throw new Error(`ENOTFOUND ${host}`);
  return found;
};
function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

const guard = addressGuard({ networks: SITE, lookup });

describe('a host becomes one address inside the networks of the site', () => {
  test.each([
    ['192.168.20.7', '192.168.20.7'],
    ['192.168.20.255', '192.168.20.255'],
    ['fd12:3456::7', 'fd12:3456::7'],
    ['[fd12:3456:0:0::7]', 'fd12:3456::7'],
    ['::ffff:192.168.20.7', '192.168.20.7'],
    ['::ffff:c0a8:1407', '192.168.20.7'],
    ['camera.lan', '192.168.20.7'],
    ['two.lan', '192.168.20.7'],
    ['v6.lan', 'fd12:3456::7'],
  ])('%s is pinned to %s', async (host, address) => {
    await expect(guard.resolve(host)).resolves.toBe(address);
  });
});

describe('everything else is refused', () => {
  test.each([
    ['127.0.0.1', 'device.address-refused'],
    ['169.254.169.254', 'device.address-refused'],
    ['0.0.0.0', 'device.address-refused'],
    ['255.255.255.255', 'device.address-refused'],
    ['192.168.21.7', 'device.address-refused'],
    ['::1', 'device.address-refused'],
    ['::', 'device.address-refused'],
    ['::ffff:127.0.0.1', 'device.address-refused'],
    ['::ffff:7f00:1', 'device.address-refused'],
    ['64:ff9b::c0a8:1407', 'device.address-refused'],
    ['2002:c0a8:1407::', 'device.address-refused'],
    ['fe80::1', 'device.address-refused'],
    ['rebind.example', 'device.address-refused'],
    ['metadata.example', 'device.address-refused'],
    ['mapped.example', 'device.address-refused'],
    ['scoped.example', 'device.address-refused'],
    ['empty.example', 'device.address-refused'],
    ['unknown.example', 'device.address-unresolved'],
    ['localhost', 'device.address-unresolved'],
    ['fd12:3456::7%eth0', 'device.address-invalid'],
    ['[192.168.20.7]', 'device.address-invalid'],
    ['3232240647', 'device.address-invalid'],
    ['0xc0a81407', 'device.address-invalid'],
    ['0xc0.0xa8.0x14.0x07', 'device.address-invalid'],
    ['0300.0250.024.07', 'device.address-invalid'],
    ['192.168.020.007', 'device.address-invalid'],
    ['192.168.5127', 'device.address-invalid'],
    ['192.168.20.7.', 'device.address-invalid'],
    ['192.168.20.256', 'device.address-invalid'],
    ['192.168.20.7 ', 'device.address-invalid'],
    ['', 'device.address-invalid'],
    ['a..b', 'device.address-invalid'],
    ['-a.lan', 'device.address-invalid'],
    ['摄像机.中国', 'device.address-invalid'],
    ['①②⑦.⓪.⓪.①', 'device.address-invalid'],
    [`${'a'.repeat(64)}.lan`, 'device.address-invalid'],
  ])('%j gives %s', async (host, code) => {
    await expect(guard.resolve(host)).rejects.toMatchObject({ code });
  });

  it('resolves a name anew each time, so that a later answer outside is refused', async () => {
    const answers = [['192.168.20.7'], ['127.0.0.1']];
    const rebinding = addressGuard({ networks: SITE, lookup: async () => answers.shift() ?? [] });
    await expect(rebinding.resolve('camera.lan')).resolves.toBe('192.168.20.7');
    await expect(rebinding.resolve('camera.lan')).rejects.toMatchObject({ code: 'device.address-refused' });
  });

  it('keeps the metadata address shut even when the configuration opens its network', async () => {
    const open = addressGuard({ networks: ['0.0.0.0/0', '::/0'], lookup });
    await expect(open.resolve('8.8.8.8')).resolves.toBe('8.8.8.8');
    await expect(open.resolve('169.254.169.254')).rejects.toMatchObject({ code: 'device.address-refused' });
    await expect(open.resolve('224.0.0.1')).rejects.toMatchObject({ code: 'device.address-refused' });
    await expect(open.resolve('::ffff:169.254.169.254')).rejects.toMatchObject({ code: 'device.address-refused' });
  });

  it('refuses everything when no network is configured', async () => {
    await expect(addressGuard({ networks: [], lookup }).resolve('192.168.20.7')).rejects.toMatchObject({
      code: 'device.address-refused',
    });
  });

  it('allows IP literals only, never names', () => {
    expect(guard.allows('192.168.20.9')).toBe(true);
    expect(guard.allows('192.168.21.9')).toBe(false);
    expect(guard.allows('camera.lan')).toBe(false);
  });
});

describe('networks are CIDRs', () => {
  test.each([
    '192.168.20.0',
    '192.168.20.0/33',
    '192.168.020.0/24',
    'fd00::/129',
    '::ffff:10.0.0.0/104',
    'lan/24',
    '/8',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
  ])('%j is refused', (network) => {
    expect(thrownBy(() => addressGuard({ networks: [network] }))).toMatchObject({ code: 'config.invalid-value' });
  });
});

describe('a device address is taken apart strictly', () => {
  test.each([
    ['http://192.168.20.7/onvif/device_service', 'http', '192.168.20.7', ''],
    ['https://192.168.20.7:8443/onvif', 'https', '192.168.20.7', '8443'],
    ['HTTP://Camera.LAN:80/a?b=c@d', 'http', 'camera.lan', ''],
    ['http://[FD12:3456::7]:8080/x', 'http', 'fd12:3456::7', '8080'],
    ['http://[::ffff:127.0.0.1]/', 'http', '127.0.0.1', ''],
    ['http://xn--fiqs8s.lan', 'http', 'xn--fiqs8s.lan', ''],
  ])('%s has scheme %s, host %s and port %j', (text, scheme, host, port) => {
    expect(parseDeviceUrl(text, ['http', 'https'])).toMatchObject({ scheme, host, url: { port } });
  });

  test.each([
    'ftp://192.168.20.7/',
    'file:///etc/passwd',
    'gopher://192.168.20.7/',
    'javascript:alert(1)',
    '//192.168.20.7/',
    '192.168.20.7',
    'http:192.168.20.7',
    'http:/192.168.20.7',
    'http:///onvif',
    'http://',
    'http://user@192.168.20.7/',
    'http://user:pw@192.168.20.7/',
    'http://192.168.20.7@127.0.0.1/',
    'http://127.0.0.1#@192.168.20.7/',
    'http://192.168.20.7/#fragment',
    'http://192.168.20.7\\@127.0.0.1/',
    'http:\\\\192.168.20.7/',
    'http://192.168.20.7 /',
    ' http://192.168.20.7/',
    'http://192.168.20.7/\r\nHost: x',
    'http://3232240647/',
    'http://0xc0a81407/',
    'http://0300.0250.024.07/',
    'http://192.168.5127/',
    'http://192.168.20.07/',
    'http://%31%39%32.168.20.7/',
    'http://192.168.20.7:0/',
    'http://192.168.20.7:65536/',
    'http://192.168.20.7:80:80/',
    'http://192.168.20.7:/',
    'http://[fd12:3456::7/',
    'http://[fd12:3456::7%25eth0]/',
    'http://[192.168.20.7]/',
    'http://①②⑦.⓪.⓪.①/',
    'http://127。0。0。1/',
    'http://摄像机.中国/',
    'http://camera.lan./',
    'http://-bad.lan/',
    `http://camera.lan/${'a'.repeat(2048)}`,
  ])('%j is refused', (text) => {
    expect(thrownBy(() => parseDeviceUrl(text, ['http', 'https']))).toMatchObject({ code: 'device.address-invalid' });
  });

  it('shows nothing of a password that was written into the address', () => {
    const error = thrownBy(() => parseDeviceUrl('rtsp://admin:S3cr3t-CANARY@192.168.20.7/', ['rtsp']));
    expect(String(error)).toContain('@192.168.20.7');
    expect(String(error)).not.toContain('CANARY');
  });

  it('agrees with the URL standard about the host of everything that it takes', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: false, withQueryParameters: true }), (text) => {
        try {
          const { host, url } = parseDeviceUrl(text, ['http', 'https']);
          expect(url.hostname.replace(/^\[|\]$/g, '')).toBe(host);
        } catch (error) {
          expect(error).toMatchObject({ code: 'device.address-invalid' });
        }
      }),
    );
  });

  it('reads exactly the dotted quads that it writes', () => {
    fc.assert(fc.property(fc.ipV4(), (address) => parseIp(address)?.address === address));
    fc.assert(fc.property(fc.ipV6(), (address) => parseIp(address) !== undefined));
  });
});
