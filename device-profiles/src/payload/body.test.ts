import { AnGridError } from '@angrid/contract';
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import type { Profile } from '../format/profile.js';
import { compileBody } from './body.js';
import { malformedReason } from './malformed.js';

type Read = Profile['read'];

function valueOf(read: Read, body: string, query?: string): unknown {
  return JSON.parse(JSON.stringify(compileBody(read)(Buffer.from(body), query).value)) as unknown;
}

function reasonOf(read: Read, body: string): string {
  try {
    compileBody(read)(Buffer.from(body), undefined);
  } catch (error) {
    if (error instanceof AnGridError) return malformedReason(error);
    throw error;
  }
  return 'taken';
}

describe('a body of XML', () => {
  const xml: Read = { format: 'xml' };

  it('is read as the members of its root, whatever its namespaces', () => {
    const body = `<?xml version="1.0"?><a:Alert xmlns:a="urn:x" a:version="2"><a:type> io </a:type><list><one>1</one><one>2</one></list></a:Alert>`;
    expect(valueOf(xml, body)).toEqual({ '@root': 'Alert', '@version': '2', type: 'io', list: { one: ['1', '2'] } });
  });

  it('keeps the text beside attributes', () => {
    expect(valueOf(xml, '<a><n unit="s">5</n></a>')).toEqual({ '@root': 'a', n: { '@unit': 's', '#text': '5' } });
  });

  it('cuts a long text out', () => {
    const body = Buffer.from(`<a><pic>${'A'.repeat(10_000)}</pic><n>1</n></a>`);
    expect(compileBody(xml)(body, undefined)).toMatchObject({ cuts: 1, value: { pic: '~', n: '1' } });
  });

  test.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'not-xml'],
    ['an entity of its own', '<a>&lol;</a>', 'not-xml'],
    ['half a document', '<a><b>', 'not-xml'],
    ['two documents', '<a/><b/>', 'not-xml'],
    ['nothing', ' \n', 'empty'],
    ['a tower', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`, 'too-deep'],
    ['a crowd', `<a>${'<b/>'.repeat(9000)}</a>`, 'too-many-values'],
  ])('refuses %s', (_what, body, reason) => {
    expect(reasonOf(xml, body)).toBe(reason);
  });
});

describe('a body that may be either', () => {
  it('is XML where it begins like it, else JSON', () => {
    expect(valueOf({ format: 'auto' }, '\uFEFF <a><b>1</b></a>')).toEqual({ '@root': 'a', b: '1' });
    expect(valueOf({ format: 'auto' }, ' {"b":1}')).toEqual({ b: 1 });
  });
});

describe('a body of lines', () => {
  const columns: Read = { format: 'lines', lines: { columns: ['time', 'pin', '-', 'event'] } };

  it('names its cells by their columns', () => {
    expect(valueOf(columns, '08:00\t7\tx\t27\r\n08:01\t8\ty\t28\n')).toEqual({
      lines: [
        { time: '08:00', pin: '7', event: '27' },
        { time: '08:01', pin: '8', event: '28' },
      ],
    });
  });

  it('believes a cell that names itself', () => {
    const read: Read = { format: 'lines', lines: { columns: ['time'], pair: '=' } };
    expect(valueOf(read, 'time=08:00\tevent=27\tindex=9')).toEqual({
      lines: [{ time: '08:00', event: '27', index: '9' }],
    });
  });

  it('takes the last word before the sign as the name, because a line may begin with that of its table', () => {
    const read: Read = { format: 'lines', lines: { pair: '=' } };
    expect(valueOf(read, 'transaction cardno=0\tindex=9')).toEqual({ lines: [{ cardno: '0', index: '9' }] });
  });

  it('reads a text of one name a line as one record', () => {
    const read: Read = { format: 'lines', lines: { separator: 'newline', pair: ':' } };
    expect(valueOf(read, 'doorbell:H\r\nmotionsensor:L\r\n')).toEqual({
      lines: [{ doorbell: 'H', motionsensor: 'L' }],
    });
  });

  it('is bounded', () => {
    expect(reasonOf(columns, 'a\tb\n'.repeat(5000))).toBe('too-many-values');
    expect(reasonOf(columns, '\n\n')).toBe('empty');
    expect(reasonOf({ format: 'lines', lines: { separator: 'newline' } }, '\r\n')).toBe('empty');
  });
});

describe('a form', () => {
  const form: Read = { format: 'form' };

  it('is read from the body, or from the address where there is no body', () => {
    expect(valueOf(form, 'a=1&b=%E9%97%A8+x&a=2')).toEqual({ a: '1', b: '门 x' });
    expect(valueOf(form, '', 'event=ring')).toEqual({ event: 'ring' });
    expect(reasonOf(form, '')).toBe('empty');
  });
});

describe('every format', () => {
  test.each<[Read['format']]>([['json'], ['xml'], ['auto'], ['lines']])(
    '%s takes a request without a body that says everything in its address',
    (format) => {
      expect(valueOf({ format }, '', 'event=ring')).toEqual({});
      expect(reasonOf({ format }, '')).toBe('empty');
    },
  );

  test.each<[Read['format']]>([['json'], ['xml'], ['auto'], ['form'], ['lines']])(
    '%s answers any bytes with a value or a reason',
    (format) => {
      const read = compileBody({ format, maxBytes: 4096 });
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
          try {
            read(Buffer.from(bytes), undefined);
          } catch (error) {
            if (!(error instanceof AnGridError) || error.code !== 'profile.malformed-payload') throw error;
          }
        }),
      );
    },
  );
});
