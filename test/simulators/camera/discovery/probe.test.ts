import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { identityOf } from '../identity.js';
import { find, parseXml, textAt } from '../onvif/xml.js';
import { matches, parseProbe, probeMatches } from './probe.js';

const identity = identityOf('gate-1', '东门 <1>');

function probe(content: string): Buffer {
  return Buffer.from(`<s:Envelope xmlns:s="urn:s" xmlns:dn="urn:dn"><s:Header><MessageID>uuid:1</MessageID></s:Header>
    <s:Body><Probe>${content}</Probe></s:Body></s:Envelope>`);
}

describe('a probe', () => {
  it.each([
    ['nothing', '', true],
    ['a video transmitter', '<Types>dn:NetworkVideoTransmitter</Types>', true],
    ['a display', '<Types>dn:NetworkVideoDisplay</Types>', false],
    ['the streaming profile', '<Scopes>onvif://www.onvif.org/Profile</Scopes>', true],
    ['another profile', '<Scopes>onvif://www.onvif.org/Profile/G</Scopes>', false],
  ])('for %s matches: %s', (_what, content, expected) => {
    const parsed = parseProbe(probe(content));
    expect(parsed && matches(parsed, identity)).toBe(expected);
  });

  it('is not seen in any other datagram', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(parseProbe(Buffer.from(bytes))).toBeUndefined();
      }),
    );
    expect(parseProbe(Buffer.from('<!DOCTYPE a [<!ENTITY x "y">]><a/>'))).toBeUndefined();
  });
});

describe('the answer', () => {
  it('names the probe, the camera and its address', () => {
    const xaddrs = ['http://127.0.0.1:8080/onvif/device_service'];
    const message = parseXml(
      probeMatches({ messageId: 'urn:uuid:2', relatesTo: 'uuid:1', identity, xaddrs }).toString(),
    );
    const match = find(message, 'Body', 'ProbeMatches', 'ProbeMatch');
    expect(textAt(message, 'Header', 'RelatesTo')).toBe('uuid:1');
    expect(textAt(match, 'EndpointReference', 'Address')).toBe(identity.endpoint);
    expect(textAt(match, 'XAddrs')).toBe(xaddrs[0]);
    expect(textAt(match, 'Scopes')).toContain('onvif://www.onvif.org/name/%E4%B8%9C%E9%97%A8%20%3C1%3E');
  });

  it('has another endpoint for another camera and the same one after a restart', () => {
    expect(identityOf('gate-1', 'renamed').endpoint).toBe(identity.endpoint);
    expect(identityOf('gate-2', '东门 <1>').endpoint).not.toBe(identity.endpoint);
  });
});
