import { payloadLimits } from '../payload/json.js';
import { type Damage, structuralCuts } from './damage.fixture.js';

/** Forms and lines of cells: almost every text is one, so what counts is that nothing is made up. */
export function damagedTexts(body: Buffer, cuts: number): Damage[] {
  const text = body.toString('utf8');
  const any = (family: string, written: string): Damage => ({ family, body: Buffer.from(written), fate: 'any' });
  const many = payloadLimits.values + 1;
  return [
    ...structuralCuts(text, /[\t\r\n=:&,]/g, cuts).map((cut) => any('truncated text', cut)),
    any('only separators', '\t\t\t==&&::,,'),
    any('only equal signs', '='.repeat(500)),
    any('names without values', text.replace(/[=:][^\t\r\n&,]*/g, '')),
    any('values without names', text.replace(/[^\t\r\n&,=:]*[=:]/g, '')),
    any('empty values', text.replace(/([=:])[^\t\r\n&,]*/g, '$1')),
    any('two signs of a pair', text.replace(/[=:]/g, '$&$&')),
    any('broken escapes', `${text}&a=%zz&b=%&c=%E4%B8&%=%`),
    any('an escaped NUL', `${text}&a=%00\t%00=1`),
    any('names of every object', `__proto__=1\tconstructor=2\ttoString=3\t${text}`),
    any('a line of __proto__', `${text}\r\n__proto__=polluted\tconstructor=polluted`),
    any('blanks for separators', text.replaceAll('\t', ' ')),
    any('carriage returns alone', text.replace(/\r?\n/g, '\r')),
    any('lines of nothing', `\r\n\r\n${text}\r\n\r\n`),
    any('a cell of 8 KiB', `${text}\tnote=${'x'.repeat(8192)}`),
    any('cells in another order', text.split('\t').reverse().join('\t')),
    any('every cell twice', text.replace(/[^\t\r\n]+/g, '$&\t$&')),
    any('numbers without end', text.replace(/\d+/g, '9'.repeat(400))),
    any('numbers below zero', text.replace(/=(\d+)/g, '=-$1')),
    any('letters for digits', text.replace(/\d/g, 'x')),
    any('other digits', text.replace(/\d/g, '٣')),
    any('too many lines', `${text}\r\n`.repeat(600)),
    any('too many cells', `${text}${'\ta=1'.repeat(many)}`),
    any('too many fields', `${text}${'&a=1'.repeat(many)}`),
    any('JSON in place of text', '{"event":27}'),
    any('XML in place of text', '<event>27</event>'),
  ];
}
