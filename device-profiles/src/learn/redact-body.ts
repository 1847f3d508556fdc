import { SaxesParser } from 'saxes';
import type { Profile } from '../format/profile.js';
import { readFields } from '../payload/form.js';
import { parseJson } from '../payload/json.js';
import { documentIn, readXmlBody } from '../payload/xml.js';
import { type Place, placeIn, placeOf, redactKey, redactText, redactValue } from './redact.js';
import type { Writing } from './writing.js';

type Lines = NonNullable<Profile['read']['lines']>;

const SEPARATORS = { tab: '\t', comma: ',', newline: '\n' } as const;
const NAME = /^[A-Za-z_][\w.:-]{0,63}$/;

/** The body in the same writing, redacted. Throws `profile.malformed-payload` for what cannot be read. */
export function redactBody(body: Buffer, writing: Writing, device: string): string {
  switch (writing.format) {
    case 'json':
      return JSON.stringify(redactValue(parseJson(body).value, placeOf(device)));
    case 'xml':
      return redactXml(body, device);
    case 'form':
      return redactFields(body.toString('utf8').trim(), device);
    case 'lines':
      return redactLines(body.toString('utf8'), writing.lines, device);
  }
}

/** `a=1&b=2`, also the part of an address behind its question mark. */
export function redactFields(text: string, device: string): string {
  const fields = Object.entries(readFields(text).value).map(([key, value]) => {
    const place = placeIn(placeOf(device), key);
    return `${encodeURIComponent(redactKey(key, device))}=${encodeURIComponent(redactText(String(value), place))}`;
  });
  return fields.join('&');
}

function redactLines(text: string, { separator = 'tab', pair }: Lines, device: string): string {
  const between = SEPARATORS[separator];
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const one = (cell: string): string => redactCell(cell, pair, device);
  return lines
    .map((line) => (separator === 'newline' ? one(line) : line.split(between).map(one).join(between)))
    .join('\n');
}

function redactCell(cell: string, pair: string | undefined, device: string): string {
  const cut = pair === undefined ? -1 : cell.indexOf(pair);
  if (cut <= 0 || pair === undefined) return redactText(cell, placeOf(device));
  const words = cell.slice(0, cut).trim().split(' ');
  const name = words.pop() ?? '';
  const head = words.map((word) => redactText(word, placeIn(placeOf(device), 'table')));
  const value = redactText(cell.slice(cut + pair.length), placeIn(placeOf(device), name));
  return `${[...head, redactKey(name, device)].join(' ')}${pair}${value}`;
}

/** Written anew from what was read, so that no comment and no instruction survives. */
function redactXml(body: Buffer, device: string): string {
  readXmlBody(body);
  const places: Place[] = [placeOf(device)];
  const last = (): Place => places.at(-1) ?? placeOf(device);
  let written = '';
  let text = '';
  const flush = (): void => {
    written += escaped(redactText(text, last()));
    text = '';
  };
  const take = (part: string): void => {
    text += part;
  };
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('opentag', ({ name, attributes }) => {
    flush();
    places.push(placeIn(last(), localName(name)));
    const shown = Object.entries(attributes).map(([key, value]) => attributeOf(key, value, last()));
    written += `<${[elementName(name, device), ...shown].join(' ')}>`;
  });
  parser.on('text', take);
  parser.on('cdata', take);
  parser.on('closetag', ({ name }) => {
    flush();
    places.pop();
    written += `</${elementName(name, device)}>`;
  });
  parser.write(documentIn(body)).close();
  return written;
}

function attributeOf(key: string, value: string, place: Place): string {
  if (key.startsWith('xmlns')) return `${elementName(key, place.device)}="urn:example"`;
  const redacted = redactText(value, placeIn(place, localName(key)));
  return `${elementName(key, place.device)}="${escaped(redacted)}"`;
}

/** A name of an element, as far as it is one that a maker gave. */
function elementName(name: string, device: string): string {
  const parts = name.split(':').map((part) => redactKey(part, device));
  const redacted = parts.join(':');
  return NAME.test(redacted) ? redacted : 'x';
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
