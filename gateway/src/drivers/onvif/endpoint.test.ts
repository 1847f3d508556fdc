import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { pathOf, subscriptionEndpoint } from './endpoint.js';
import { readXml } from './soap/xml.js';

const service = { to: 'http://10.9.9.9/onvif/events', path: '/onvif/events', referenceParameters: '' };
const reference = (inside: string): ReturnType<typeof readXml> =>
  readXml(`<SubscriptionReference xmlns:a="http://www.w3.org/2005/08/addressing">${inside}</SubscriptionReference>`);

describe('of an address that a camera gives, path and query are taken', () => {
  test.each([
    ['http://10.9.9.9/onvif/sub?Idx=3', '/onvif/sub?Idx=3'],
    ['https://[fe80::1]:8443/onvif/sub', '/onvif/sub'],
    ['HTTP://camera/onvif/Sub', '/onvif/Sub'],
    ['http:///onvif/sub?x=1', '/onvif/sub?x=1'],
    ['http://10.9.9.9:99999/onvif', '/onvif'],
    ['http://10.9.9.9', '/'],
    ['http://10.9.9.9?x=1', '/?x=1'],
    ['http://u:p@10.9.9.9/onvif#f', '/onvif'],
    ['//evil.example/onvif', '/onvif'],
    ['/onvif/sub', '/onvif/sub'],
    ['sub/7', '/onvif/sub/7'],
    ['sub?x', '/onvif/sub?x'],
    ['http://10.9.9.9//double', '//double'],
    ['  /onvif/sub \n', '/onvif/sub'],
    ['/with space', '/with%20space'],
    ['/订阅', '/%E8%AE%A2%E9%98%85'],
  ])('%j gives %j', (address, path) => {
    expect(pathOf(address, '/onvif/events?x=/y')).toBe(path);
  });

  test.each(['', '   ', 'urn:uuid:1234', 'ftp://10.9.9.9/x', 'javascript:alert(1)', `/${'a'.repeat(3000)}`])(
    'from %j none',
    (address) => {
      expect(pathOf(address, '/onvif/events')).toBeUndefined();
    },
  );

  it('never anything that could leave the request line', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `/${text}`),
        ),
        (address) => {
          const path = pathOf(address) ?? '/';
          expect(path).toMatch(/^\/[\x21-\x7e]*$/);
        },
      ),
    );
  });
});

describe('a subscription reference', () => {
  it('keeps the address as given for wsa:To, and the path for the request', () => {
    const endpoint = subscriptionEndpoint(reference('<a:Address>http:///onvif/sub?1</a:Address>'), service);
    expect(endpoint).toEqual({ to: 'http:///onvif/sub?1', path: '/onvif/sub?1', referenceParameters: '' });
  });

  it('that is empty or missing means the event service itself', () => {
    expect(subscriptionEndpoint(undefined, service)).toEqual(service);
    expect(subscriptionEndpoint(reference('<a:Address/>'), service)).toEqual(service);
  });

  it('with a urn is named by the urn at the event service', () => {
    expect(subscriptionEndpoint(reference('<a:Address>urn:uuid:7</a:Address>'), service)).toMatchObject({
      to: 'urn:uuid:7',
      path: '/onvif/events',
    });
  });

  it('echoes its reference parameters as header blocks that mean the same', () => {
    const inside =
      '<a:ReferenceParameters><x:SubscriptionId xmlns:x="urn:x" x:k="&amp;">7</x:SubscriptionId></a:ReferenceParameters>';
    const block = readXml(subscriptionEndpoint(reference(inside), service).referenceParameters);
    expect(block).toMatchObject({ name: 'SubscriptionId', prefix: 'x', text: '7' });
    expect({ ...block.attributes }).toEqual({
      'xmlns:x': 'urn:x',
      'x:k': '&',
      'xmlns:a10': 'http://www.w3.org/2005/08/addressing',
      'a10:IsReferenceParameter': 'true',
    });
  });

  it('with parameters of more than 8 KB is used without them', () => {
    const inside = `<a:ReferenceParameters><x>${'y'.repeat(9000)}</x></a:ReferenceParameters>`;
    expect(subscriptionEndpoint(reference(inside), service).referenceParameters).toBe('');
  });
});
