import { payloadLimits } from '../payload/json.js';
import { type Damage, structuralCuts } from './damage.fixture.js';

/** Documents that are nearly what the device sends, and those that attack whoever reads them. */
export function damagedXml(body: Buffer, cuts: number): Damage[] {
  const text = body.toString('utf8').trim();
  const root = text.replace(/^<\?xml[^>]*\?>\s*/, '');
  const open = root.indexOf('>') + 1;
  const within = (inner: string): string => root.slice(0, open) + inner + root.slice(open);
  const refused = (family: string, written: string): Damage => ({
    family,
    body: Buffer.from(written),
    fate: 'not-xml',
  });
  const same = (family: string, written: string): Damage => ({ ...any(family, written), fate: 'same' });
  return [
    ...structuralCuts(text, /[<>/="]/g, cuts).map((cut) => refused('truncated XML', cut)),
    refused('a document type', `<!DOCTYPE x>${root}`),
    refused('an external entity', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${within('&e;')}`),
    refused('a bomb of entities', `<!DOCTYPE x [${entities()}]>${within('&e9;')}`),
    refused('an entity that nobody declared', within('&secret;')),
    refused('a parameter entity', `<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/p"> %p;]>${root}`),
    refused('an open CDATA', within('<![CDATA[ never closed')),
    refused('an open comment', within('<!-- never closed')),
    refused('an open instruction', within('<?php never closed')),
    refused('two roots', `${root}${root}`),
    refused('text behind the root', `${root}text`),
    refused('crossed elements', within('<a><b></a></b>')),
    refused('an attribute twice', within('<a b="1" b="2"/>')),
    refused('an attribute without quotes', within('<a b=1/>')),
    refused('a bare ampersand', within('<a>Tom & Jerry</a>')),
    refused('a bare less-than', within('<a>1 < 2</a>')),
    refused('a NUL reference', within('<a>&#0;</a>')),
    refused('a character that is none', within('<a>\u0001</a>')),
    same('an own element __proto__', within('<__proto__><polluted>1</polluted></__proto__>')),
    same('an own element constructor', within('<constructor><prototype>1</prototype></constructor>')),
    same('the mark of UTF-8 and blanks', `\uFEFF  \n${root}\n \0`),
    same('comments and CDATA', within('<!-- a --><x-note><![CDATA[<eventType>none</eventType>]]></x-note>')),
    any('a long run of blanks', within(' '.repeat(200_000))),
    any('a root of another name', root.replace(/^<[\w:]+/, '<other').replace(/<\/[\w:]+>$/, '</other>')),
    any('all of it one level too low', `<wrap>${root}</wrap>`),
    any('every element twice', root.replace(/<(\w+)>([^<]*)<\/\1>/g, '$&$&')),
    any('every element empty', root.replace(/<(\w+)>[^<]*<\/\1>/g, '<$1/>')),
    any('elements in place of texts', root.replace(/<(\w+)>[^<]*<\/\1>/g, '<$1><x>1</x></$1>')),
    any('JSON in place of XML', '{"eventType":"AccessControllerEvent"}'),
    { family: 'too deep', body: Buffer.from(within(nested(payloadLimits.depth + 1))), fate: 'too-deep' },
    {
      family: 'too many elements',
      body: Buffer.from(within('<i/>'.repeat(payloadLimits.values))),
      fate: 'too-many-values',
    },
    { family: 'too many attributes', body: Buffer.from(within(`<i ${attributes()}/>`)), fate: 'too-many-values' },
  ];
}

function any(family: string, written: string): Damage {
  return { family, body: Buffer.from(written), fate: 'any' };
}

/** Ten entities, each of which holds ten of the one before. */
function entities(): string {
  const of = (index: number): string => (index === 0 ? 'ha' : `&e${index - 1};`.repeat(10));
  return Array.from({ length: 10 }, (_, index) => `<!ENTITY e${index} "${of(index)}">`).join('');
}

function nested(depth: number): string {
  return `${'<n>'.repeat(depth)}${'</n>'.repeat(depth)}`;
}

function attributes(): string {
  return Array.from({ length: payloadLimits.values }, (_, index) => `a${index}="1"`).join(' ');
}
