import { createHash } from 'node:crypto';
import { Secret } from '@angrid/runtime';
import { describe, expect, it, test } from '@jest/globals';
import { MAX_REPLY_BYTES, readEnvelope, writeEnvelope } from './envelope.js';
import { usernameToken } from './username-token.js';
import { at, attribute, child, readXml, textAt, XmlRefused } from './xml.js';

const credentials = { user: 'guard & <co>', password: new Secret('密码&<pw>') };

describe('a request', () => {
  it('carries Action, a new MessageID and To exactly as given', () => {
    const addressing = {
      action: 'urn:act',
      to: 'http://10.0.0.1/a?b=1&c=2',
      referenceParameters: '<x:Id xmlns:x="urn:x">7</x:Id>',
    };
    const first = readXml(writeEnvelope('<tds:Get/>', addressing));
    const second = readXml(writeEnvelope('<tds:Get/>', addressing));
    expect(textAt(first, 'Header', 'Action')).toBe('urn:act');
    expect(textAt(first, 'Header', 'To')).toBe('http://10.0.0.1/a?b=1&c=2');
    expect(textAt(first, 'Header', 'Id')).toBe('7');
    expect(textAt(first, 'Header', 'MessageID')).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
    expect(textAt(first, 'Header', 'MessageID')).not.toBe(textAt(second, 'Header', 'MessageID'));
    expect(at(first, 'Body', 'Get')).toBeDefined();
  });

  it('proves the password by digest, in the time of the camera, and never shows it', () => {
    const xml = writeEnvelope('<tds:Get/>', undefined, usernameToken(credentials, Date.UTC(1970, 0, 2)));
    const token = at(readXml(xml), 'Header', 'Security', 'UsernameToken');
    const nonce = Buffer.from(textAt(token, 'Nonce') ?? '', 'base64');
    const created = textAt(token, 'Created') ?? '';
    const expected = createHash('sha1').update(nonce).update(`${created}密码&<pw>`).digest('base64');
    expect(textAt(token, 'Username')).toBe('guard & <co>');
    expect(created).toBe('1970-01-02T00:00:00.000Z');
    expect(textAt(token, 'Password')).toBe(expected);
    expect(attribute(child(token, 'Password')!, 'Type')).toContain('#PasswordDigest');
    expect(nonce.byteLength).toBe(16);
    expect(xml).not.toContain('密码');
  });

  it('never uses a nonce twice', () => {
    const nonces = Array.from(
      { length: 100 },
      () => /<wsse:Nonce[^>]*>([^<]+)/.exec(usernameToken(credentials, 0))?.[1],
    );
    expect(new Set(nonces).size).toBe(100);
  });
});

describe('a reply', () => {
  const envelope = (inside: string): string => `<s:Envelope xmlns:s="urn:s"><s:Body>${inside}</s:Body></s:Envelope>`;

  it('gives its body', () => {
    const { body } = readEnvelope(Buffer.from(envelope('<r>安</r>')));
    expect(textAt(body, 'r')).toBe('安');
  });

  it('may be in a Chinese encoding that its declaration names', () => {
    const head = Buffer.from('<?xml version="1.0" encoding="GB2312"?><Envelope><Body><Name>', 'latin1');
    const name = Buffer.from([0xb1, 0xb1, 0xc3, 0xc5]);
    const { body } = readEnvelope(Buffer.concat([head, name, Buffer.from('</Name></Body></Envelope>')]));
    expect(textAt(body, 'Name')).toBe('北门');
  });

  test.each([
    ['an empty reply', ''],
    ['a page', '<html><body/></html>'],
    ['an envelope without body', '<Envelope><Header/></Envelope>'],
    ['an envelope that does not end', '<Envelope><Body><r/></Body>'],
    ['one byte too many', envelope('x'.repeat(MAX_REPLY_BYTES + 1 - envelope('').length))],
  ])('%s is refused', (_what, text) => {
    expect(() => readEnvelope(Buffer.from(text))).toThrow(XmlRefused);
  });

  it('of exactly the allowed size is taken', () => {
    const text = envelope('x'.repeat(MAX_REPLY_BYTES - envelope('').length));
    expect(readEnvelope(Buffer.from(text)).text).toHaveLength(MAX_REPLY_BYTES);
  });
});
