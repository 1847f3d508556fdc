import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { at, attribute, child, childrenOf, readXml, textAt, writeElement, type XmlElement, XmlRefused } from './xml.js';

const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);

describe('the reader takes a document as text', () => {
  it('matches by local name and keeps the prefix as text', () => {
    const root = readXml('<s:Envelope xmlns:s="urn:s"><x:Body z:id="7"><Item/></x:Body></s:Envelope>');
    expect(child(root, 'Body')).toMatchObject({ name: 'Body', prefix: 'x' });
    expect(attribute(child(root, 'Body')!, 'id')).toBe('7');
    expect(at(root, 'Body', 'Item')?.name).toBe('Item');
  });

  it('coerces nothing', () => {
    const root = readXml('<a><v>1.10</v><v>000</v><v>true</v><v> 7 </v></a>');
    expect(childrenOf(root, 'v').map((element) => element.text)).toEqual(['1.10', '000', 'true', ' 7 ']);
    expect(textAt(root, 'v')).toBe('1.10');
  });

  it('resolves the five entities and character references, and joins CDATA', () => {
    expect(readXml('<a>&lt;&amp;&gt;&#x5b89;<![CDATA[<b>]]></a>').text).toBe('<&>安<b>');
  });

  it('forgives a byte order mark and lines before the declaration', () => {
    expect(readXml('\uFEFF\r\n<?xml version="1.0"?><a/>').name).toBe('a');
  });

  it('does not confuse names with what objects inherit', () => {
    const root = readXml('<a constructor="1"><__proto__>x</__proto__></a>');
    expect(textAt(root, '__proto__')).toBe('x');
    expect(attribute(root, 'toString')).toBeUndefined();
  });
});

describe('the reader refuses', () => {
  test.each([
    ['a document type', '<!DOCTYPE a><a/>', 'document type'],
    ['a document type in small letters', '<!doctype a><a/>', 'document type'],
    ['entities', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'document type'],
    ['entities that nobody declared', '<a>&x;</a>', 'well formed'],
    ['a bare ampersand', '<a>a&b</a>', 'well formed'],
    ['a truncated document', '<a><b>text</b>', 'well formed'],
    ['a truncated tag', '<a><b', 'well formed'],
    ['mismatched tags', '<a><b></a></b>', 'well formed'],
    ['two roots', '<a/><b/>', 'well formed'],
    ['text only', 'Not Found', 'well formed'],
    ['nothing', '', 'well formed'],
    ['65 levels', nested(65), 'deeper than 64'],
    ['20,000 levels', nested(20_000), 'deeper than 64'],
    ['5,001 elements', `<a>${'<b/>'.repeat(5_000)}</a>`, 'more than 5000 nodes'],
    [
      '5,001 attributes',
      `<a ${Array.from({ length: 5_001 }, (_, i) => `a${i}=""`).join(' ')}/>`,
      'more than 5000 nodes',
    ],
  ])('%s', (_what, text, reason) => {
    expect(() => readXml(text)).toThrow(XmlRefused);
    expect(() => readXml(text)).toThrow(reason);
  });

  it('nothing at the limits themselves', () => {
    expect(readXml(nested(64)).name).toBe('a');
    expect(readXml(`<a>${'<b/>'.repeat(4_999)}</a>`).children).toHaveLength(4_999);
  });

  it('or reads, but never fails otherwise, whatever the text', () => {
    const fragments = fc.constantFrom(
      '<a>',
      '</a>',
      '<b x="1">',
      '<',
      '>',
      '&amp;',
      '&',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?x?>',
      'é',
      '"',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fragments).map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            readXml(text);
          } catch (error) {
            expect(error).toBeInstanceOf(XmlRefused);
          }
        },
      ),
    );
  });
});

/** The same by another parser: start tags with their attributes, and text; undefined where it finds a fault. */
function bySaxes(text: string): string[] | undefined {
  const seen: string[] = [];
  const parser = new SaxesParser();
  let fault = false;
  parser.on('error', () => (fault = true));
  parser.on('opentag', ({ name, attributes }) => seen.push(`<${name}`, ...Object.entries(attributes).flat()));
  parser.on('closetag', ({ name }) => seen.push(`/${name}`));
  parser.write(text).close();
  return fault ? undefined : seen;
}

function byReader(text: string): string[] | undefined {
  const walk = (element: XmlElement): string[] => {
    const name = element.prefix === '' ? element.name : `${element.prefix}:${element.name}`;
    return [`<${name}`, ...Object.entries(element.attributes).flat(), ...element.children.flatMap(walk), `/${name}`];
  };
  try {
    return walk(readXml(text));
  } catch {
    return undefined;
  }
}

it('the reader takes and refuses what another parser does', () => {
  const pieces = [
    '<p:a>',
    '</p:a>',
    '<b x="1" y=\'&lt;\n\'>',
    '</b >',
    '<c/>',
    '<c z = "é&#10;" />',
    '<c x="1"x="1"/>',
    '<d a=b>',
  ];
  const others = [
    'text',
    '&amp;',
    '&',
    '&#0;',
    '&#x41;',
    '<![CDATA[<x>]]>',
    ']]>',
    '<!-- - -->',
    '<!-- -- -->',
    '<?p i?>',
    '\r\n',
    '<',
    '>',
    '\u0001',
  ];
  const inside = fc.array(fc.constantFrom(...pieces, ...others), { maxLength: 8 }).map((parts) => parts.join(''));
  const documents = fc.oneof(
    inside,
    inside.map((text) => `<r>${text}</r>`),
  );
  fc.assert(
    fc.property(documents, (text) => expect(byReader(text)).toEqual(bySaxes(text))),
    { numRuns: 3_000 },
  );
});

describe('an element that is written out again', () => {
  it('carries the declarations of the prefixes that it uses, and no others', () => {
    const root = readXml('<r xmlns:p="urn:p" xmlns:q="urn:q" xmlns="urn:d"><p:Id n="&lt;1&quot;">7<q:In/></p:Id></r>');
    const written = writeElement(child(root, 'Id')!, ' mark="1"');
    expect(readXml(written).attributes).toEqual({ n: '<1"', 'xmlns:p': 'urn:p', 'xmlns:q': 'urn:q', mark: '1' });
    expect(written).not.toContain('urn:d');
  });

  it('leaves a prefix that nobody declared as it is', () => {
    expect(writeElement(readXml('<x:Id>7</x:Id>'))).toBe('<x:Id>7</x:Id>');
  });

  it('reads back as the same', () => {
    const text = fc.string().map((value) => value.replace(/[^\x20-\x7e\u4e00-\u9fff]/g, ''));
    fc.assert(
      fc.property(text, text, (value, content) => {
        const element = {
          name: 'a',
          prefix: 'p',
          attributes: { v: value },
          children: [],
          text: content,
          parent: undefined,
        };
        expect(readXml(writeElement(element))).toEqual(element);
      }),
    );
  });
});
