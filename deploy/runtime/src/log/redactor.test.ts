import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { Secret } from '../secret/secret.js';
import { disguisesOf } from './disguises.js';
import { Redactor } from './redactor.js';

const AWKWARD = 'S3cr3t-CANARY "<&>\' + /?=%#\\é\n密';

function redactorOf(...values: string[]): Redactor {
  const redactor = new Redactor();
  redactor.register(...values.map((value) => new Secret(value)));
  return redactor;
}

describe('a registered value', () => {
  const encodings: [string, (value: string) => string][] = [
    ['as it is', (value) => value],
    ['in JSON', (value) => JSON.stringify({ note: value })],
    ['in JSON within JSON', (value) => JSON.stringify(JSON.stringify({ note: value }))],
    ['percent-encoded', (value) => `https://h/?q=${encodeURIComponent(value)}&x`],
    [
      'percent-encoded in lower case',
      (value) => encodeURIComponent(value).replaceAll(/%../g, (code) => code.toLowerCase()),
    ],
    ['as a form field', (value) => new URLSearchParams({ q: value }).toString()],
    [
      'in XML',
      (value) =>
        value
          .replaceAll('&', '&amp;')
          .replaceAll('<', '&lt;')
          .replaceAll('>', '&gt;')
          .replaceAll('"', '&quot;')
          .replaceAll("'", '&apos;'),
    ],
    ['in hexadecimal', (value) => Buffer.from(value).toString('hex')],
    ['in base64', (value) => Buffer.from(value).toString('base64')],
    ['in base64 behind a user of five bytes', (value) => Buffer.from(`admi:${value}`).toString('base64')],
    ['in base64 behind a user of six bytes', (value) => Buffer.from(`admin:${value}@`).toString('base64')],
    ['in base64url', (value) => Buffer.from(`xyz${value}~~~`).toString('base64url')],
  ];

  test.each(encodings)('is taken out %s', (_, encode) => {
    const text = `before ${encode(AWKWARD)} after`;
    const clean = redactorOf(AWKWARD).redact(text);
    expect(clean).toMatch(/^before .*\[secret\].* after$/s);
    expect(clean).not.toContain('CANARY');
    const hidden = Buffer.from(AWKWARD).toString('base64').slice(4, 12);
    expect(clean).not.toContain(hidden);
  });

  it('is taken out whatever it is and wherever it stands', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 40 }), fc.string(), fc.string(), (value, before, after) => {
        const text = before + value + after;
        expect(redactorOf(value).redact(text).includes(value) && !'[secret]'.includes(value)).toBe(false);
      }),
    );
  });

  it('is found in base64 at every offset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), (before, after) => {
        const encoded = Buffer.concat([before, Buffer.from('S3cr3t-CANARY'), after]).toString('base64');
        expect(redactorOf('S3cr3t-CANARY').redact(encoded)).toContain('[secret]');
      }),
    );
  });

  it('is taken out as a whole when another registered value is its beginning', () => {
    expect(redactorOf('abcd', 'abcdefgh').redact('x abcdefgh y abcd z')).toBe('x [secret] y [secret] z');
  });

  it('of fewer than four characters is not looked for', () => {
    expect(redactorOf('abc').redact('abc')).toBe('abc');
    expect(disguisesOf('abc').has('abc')).toBe(true);
  });
});

describe('what is not registered', () => {
  const redactor = new Redactor();

  test.each([
    ['rtsp://admin:pw@10.0.0.1:554/live', 'rtsp://[secret]@10.0.0.1:554/live'],
    ['rtsp://admin:p@ss:w@10.0.0.1/', 'rtsp://[secret]@10.0.0.1/'],
    ['https://token@host/path and http://a:b@c', 'https://[secret]@host/path and http://[secret]@c'],
    ['GET https://h/a?token=abc&x=1', 'GET https://h/a?token=[secret]&x=1'],
    ['?access_token=abc#x', '?access_token=[secret]'],
    ['password=hunter2, user=a', 'password=[secret], user=a'],
    ['{"password":"hun\\"ter 2","user":"a"}', '{"password":"[secret]","user":"a"}'],
    ['{\\"apiKey\\": \\"abc\\", \\"b\\": 1}', '{\\"apiKey\\": \\"[secret]\\", \\"b\\": 1}'],
    ['{"password":"cut o', '{"password":"[secret]"'],
    ["token = 'a b'", "token = '[secret]'"],
    ['{"a":"{\\"token\\":\\"x\\\\\\"y\\"}"}', '{"a":"{\\"token\\":\\"[secret]\\"}"}'],
    ['cloud:\n  client-secret: abc\n  port: 1', 'cloud:\n  client-secret: [secret]\n  port: 1'],
    ['Authorization: Basic YWRtaW46eA==\r\nHost: h', 'Authorization: [secret]\r\nHost: h'],
    ['Set-Cookie: session=abc; Path=/\nx', 'Set-Cookie: [secret]\nx'],
    ['sent Bearer ab1.def to it', 'sent Bearer [secret] to it'],
    ['<wsse:Password Type="digest">abc=</wsse:Password>', '<wsse:Password Type="digest">[secret]</wsse:Password>'],
    ['-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\nx', '[secret]\nx'],
    ['-----BEGIN EC PRIVATE KEY-----\nMII', '[secret]'],
  ])('%j becomes %j', (text, clean) => {
    expect(redactor.redact(text)).toBe(clean);
  });

  test.each([
    'cloud.token: a secret must not stand here itself',
    'http://10.0.0.1/onvif/device_service',
    'gateway.yaml:7 broker.tls.port: "99999" is not a port',
    'mail a@b.example, see https://h/p?x=a@b',
    'the token was refused',
    'Basic authentication is off; Digest mismatch for evidence',
  ])('%j stays as it is', (text) => {
    expect(redactor.redact(text)).toBe(text);
  });

  it('takes time in proportion to the text, also for hostile text', () => {
    for (const unit of [
      'a',
      ':',
      '://',
      'token',
      '<token ',
      'Bearer ',
      '-----BEGIN PRIVATE KEY-----',
      'password="\\',
      '"\\',
    ]) {
      const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
      expect(redactor.redact(text).length).toBeLessThan(text.length * 2);
    }
  }, 10_000);

  test.each([
    'password',
    'Passwd',
    'apiKey',
    'X-Auth-Token',
    'set-cookie',
    'clientSecret',
    'Authorization',
    'private_key',
  ])('the key %s is sensitive', (key) => {
    expect(redactor.isSensitiveKey(key)).toBe(true);
  });

  test.each(['key', 'port', 'user', 'author', 'passage'])('the key %s is not sensitive', (key) => {
    expect(redactor.isSensitiveKey(key)).toBe(false);
  });
});
