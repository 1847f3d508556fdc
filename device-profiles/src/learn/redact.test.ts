import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { redactBody } from './redact-body.js';
import { placeIn, placeOf, redactKey, redactText, redactValue, shapeOf } from './redact.js';
import { learnTopic } from './topics.js';
import { writingOf } from './writing.js';

function redacted(body: string, device = ''): string {
  const writing = writingOf(Buffer.from(body));
  return writing === undefined ? 'unreadable' : redactBody(Buffer.from(body), writing, device);
}

describe('redaction keeps', () => {
  test.each<[string, string]>([
    ['event', 'doorForcedOpen'],
    ['eventType', 'AccessControllerEvent'],
    ['anything', 'Door Open'],
    ['anything', 'true'],
    ['anything', '42'],
    ['anything', '-3.25'],
    ['time', '2026-01-01T08:00:00+08:00'],
    ['timestamp', '1767225600'],
    ['seq', '105221'],
    ['status', 'E-17'],
  ])('the value of %s that is %s', (name, text) => {
    expect(redactText(text, placeIn(placeOf('d-1'), name))).toBe(text);
  });

  it('truth values, small numbers and times of a JSON message', () => {
    const body = { event: 'open', door: 2, ok: true, none: null, at: 1767225600, temp: 21.5 };
    expect(redactValue(body, placeOf(''))).toEqual(body);
  });
});

describe('redaction replaces by a placeholder of the same shape', () => {
  test.each<[string, string, string, string]>([
    ['a name', 'who', 'Li Wei', 'Xx Xxx'],
    ['a Chinese name', 'anything', '张伟', '某某'],
    ['a name in a field of codes', 'event', 'Li Wei', 'Xx Xxx'],
    ['a mobile number', 'anything', '13800138000', '00000000000'],
    ['a mobile number in a field of codes', 'code', '13800138000', '00000000000'],
    ['an identity number', 'anything', '11010119900307123X', '00000000000000000X'],
    ['a card', 'cardNo', '12', '00'],
    ['a card number of many digits', 'no', '4294967295', '0000000000'],
    ['a number plate', 'anything', '粤B12345', '某X00000'],
    ['an e-mail', 'event', 'wei@mail.example.com', 'xxx@xxxx.xxxxxxx.xxx'],
    ['an address', 'event', '192.168.1.20', '000.000.0.00'],
    ['a host name', 'status', 'panel.home.local', 'xxxxx.xxxx.xxxxx'],
    ['a room', 'roomNo', '3-1204', '0-0000'],
    ['a day of birth', 'birthday', '1990-03-07 00:00:00', '0000-00-00 00:00:00'],
    ['hexadecimal', 'uid', '04A2B9C1', '00X0X0X0'],
  ])('%s', (_what, name, text, expected) => {
    expect(redactText(text, placeIn(placeOf('d-1'), name))).toBe(expected);
  });

  it('a picture by a few letters', () => {
    expect(redacted(JSON.stringify({ any: `/9j/${'A'.repeat(600)}` }))).toBe('{"any":"AAAAAAAA"}');
    expect(redacted(JSON.stringify({ any: 'Q'.repeat(10_000) }))).toBe('{"any":"AAAAAAAA"}');
  });

  it('everything below a name that is private, whatever its own name', () => {
    expect(redacted('{"personInfo":{"x":1},"visitor":{"type":"Wei","level":{"code":"Li"}}}')).toBe(
      '{"personInfo":{"x":1},"visitor":{"type":"Xxx","level":{"code":"Xx"}}}',
    );
  });

  it('keys that are somebody’s number, name or address', () => {
    expect(['13800138000', '张伟', 'Li Wei', 'a@b.cn', 'constructor'].map((key) => redactKey(key, ''))).toEqual([
      '00000000000',
      '某某',
      'Xx Xxx',
      'x@x.xx',
      'xxxxxxxxxxx',
    ]);
    expect(redactKey('eventType', '')).toBe('eventType');
  });

  it('the device’s own id by that of the examples', () => {
    expect(redacted('{"sn":"K1305433","x":"K1305433/door"}', 'K1305433')).toBe('{"sn":"example","x":"X0000000/xxxx"}');
    expect(learnTopic('mqtt/face/K1305433/rec', 'K1305433', false)).toEqual({
      template: 'mqtt/face/{device}/rec',
      example: 'mqtt/face/{device}/rec',
    });
    expect(learnTopic('/iclock/cdata?SN=K1305433&table=rtlog', 'K1305433', true)).toEqual({
      template: 'iclock/cdata',
      example: 'iclock/cdata?SN=example&table=rtlog',
    });
  });

  it('levels of a topic that are no words of structure', () => {
    expect(learnTopic('gate/13800138000/张伟/state', '', false)).toEqual({
      template: 'gate/{b}/{c}/state',
      example: 'gate/00000000000/某某/state',
    });
  });

  it('texts, attributes and comments of XML', () => {
    const body =
      '<?xml version="1.0"?><!-- Wei --><Alert id="13800138000"><eventType>open</eventType><who>Li</who></Alert>';
    expect(redacted(body)).toBe('<Alert id="00000000000"><eventType>open</eventType><who>Xx</who></Alert>');
  });

  it('fields of forms and cells of lines', () => {
    expect(redacted('event=open&who=Li%20Wei&card=77')).toBe('event=open&who=Xx%20Xxx&card=00');
    expect(redacted('transaction cardno=123\tevent=27\tpin=5\r\ntransaction cardno=9\tevent=0\tpin=6')).toBe(
      'transaction cardno=000\tevent=27\tpin=0\ntransaction cardno=0\tevent=0\tpin=0',
    );
  });

  it('a number that a comment cuts in two', () => {
    expect(redacted('<a><x>13800<!-- -->13800</x></a>')).toBe('<a><x>0000000000</x></a>');
  });

  it('a text by another text, even where it looks like a placeholder itself', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60 }), (text) => {
        if (/[\p{L}\p{N}]/u.test(text)) expect(shapeOf(text)).not.toBe(text);
      }),
    );
  });
});

const digits = (count: number) =>
  fc.string({ minLength: count, maxLength: count, unit: fc.constantFrom(...'123456789') });
const letters = fc.string({ minLength: 3, maxLength: 8, unit: fc.constantFrom(...'bcdfghjkmpqrvwz') });
/** Values that lead to a person wherever they stand. */
const personal = fc.oneof(
  digits(10).map((rest) => `1${rest}`),
  digits(17).map((rest) => `${rest}X`),
  digits(9),
  fc.tuple(letters, letters).map(([first, last]) => `${first.toUpperCase()} ${last}`),
  fc.tuple(letters, letters).map(([first, last]) => `${first}@${last}.example.com`),
  fc.string({ minLength: 2, maxLength: 4, unit: fc.constantFrom(...'赵钱孙李周吴郑王') }),
  fc.tuple(digits(2), digits(2)).map(([one, two]) => `10.${one}.${two}.7`),
  digits(5).map((rest) => `粤B${rest}`),
);
/** Single words, which only the name of their field gives away. */
const secretWord = letters.map((word) => `Q${word}`);
const anyName = fc.constantFrom(
  'event',
  'type',
  'code',
  'status',
  'x',
  'value',
  'data',
  'info',
  'list',
  '@id',
  'message',
);
const privateName = fc.constantFrom(
  'name',
  'userName',
  'person_name',
  'phone',
  'roomNo',
  'plate',
  'card',
  'owner',
  'email',
  'remark',
);

describe('of a person', () => {
  const member = fc.oneof(
    fc.tuple(anyName, personal),
    fc.tuple(privateName, fc.oneof(personal, secretWord)),
    fc.tuple(fc.constantFrom('x', 'value', 'foo', 'holderOf'), secretWord),
  );
  const members = fc.array(member, { minLength: 1, maxLength: 8 });

  function expectGone(text: string, some: readonly (readonly [string, string])[]): void {
    for (const [, value] of some) expect(text).not.toContain(value);
  }

  it('nothing survives in JSON, at any depth', () => {
    fc.assert(
      fc.property(members, fc.nat(4), (some, depth) => {
        let value: unknown = Object.fromEntries(some);
        for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { data: [value] } : { info: value };
        expectGone(redacted(JSON.stringify({ root: value })), some);
      }),
    );
  });

  it('nothing survives as a key of JSON', () => {
    fc.assert(
      fc.property(personal, (key) => {
        expect(redacted(JSON.stringify({ [key]: 1 }))).not.toContain(key);
      }),
    );
  });

  it('nothing survives in XML, forms and lines', () => {
    fc.assert(
      fc.property(members, (some) => {
        const plain = some.map(([name, value]) => [name.replace('@', ''), value] as const);
        const elements = plain
          .map(([name, value]) => `<${name} a="${value}">${value}<![CDATA[${value}]]></${name}>`)
          .join('');
        expectGone(redacted(`<root>${elements}</root>`), plain);
        const form = plain.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
        expectGone(decodeURIComponent(redacted(form)), plain);
        expectGone(redacted(plain.map(([name, value]) => `${name}=${value}`).join('\t')), plain);
        expectGone(redacted(plain.map(([name, value]) => `${name}: ${value}`).join('\n')), plain);
      }),
    );
  });

  it('nothing survives in a topic or its query', () => {
    fc.assert(
      fc.property(personal, (value) => {
        const topic = learnTopic(`a/${value.replaceAll(' ', '_')}/b?x=${encodeURIComponent(value)}`, '', true);
        expect(decodeURIComponent(JSON.stringify(topic ?? ''))).not.toContain(value);
      }),
    );
  });
});
