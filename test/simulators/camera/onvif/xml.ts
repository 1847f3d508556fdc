import { SaxesParser } from 'saxes';

/** An element as it was received; names without prefix, in their namespace. */
export interface XmlElement {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The element's own character data, trimmed. */
  readonly text: string;
}

interface OpenElement {
  name: string;
  namespace: string;
  attributes: Record<string, string>;
  children: OpenElement[];
  text: string;
}

const MAX_DEPTH = 64;

/** Throws an Error on anything that is not a well-formed document, has a DTD or is nested too deep. */
export function parseXml(document: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const open: OpenElement[] = [];
  let root: OpenElement | undefined;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('a document type is not allowed');
  });
  parser.on('opentag', (tag) => {
    if (open.length >= MAX_DEPTH) throw new Error('nested too deep');
    const attributes: Record<string, string> = {};
    for (const attribute of Object.values(tag.attributes)) attributes[attribute.local] = attribute.value;
    const element: OpenElement = { name: tag.local, namespace: tag.uri, attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('text', (text) => appendText(open, text));
  parser.on('cdata', (text) => appendText(open, text));
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed) closed.text = closed.text.trim();
  });
  parser.write(document).close();
  if (!root) throw new Error('an empty document');
  return root;
}

function appendText(open: readonly OpenElement[], text: string): void {
  const current = open.at(-1);
  if (current) current.text += text;
}

/** The element at a path of local names below `element`. */
export function find(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let current = element;
  for (const name of path) current = current?.children.find((child) => child.name === name);
  return current;
}

export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  return find(element, ...path)?.text;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** A template tag that escapes every value; `raw` passes markup, arrays are joined. */
export function xml(parts: TemplateStringsArray, ...values: readonly XmlValue[]): Markup {
  let out = parts[0] ?? '';
  for (const [index, value] of values.entries()) out += markupOf(value) + (parts[index + 1] ?? '');
  return new Markup(out.replace(/>\s+</g, '><').trim());
}

export type XmlValue = string | number | boolean | Markup | readonly Markup[];

/** XML that is already escaped. */
export class Markup {
  constructor(private readonly source: string) {}

  toString(): string {
    return this.source;
  }
}

function markupOf(value: XmlValue): string {
  if (value instanceof Markup) return value.toString();
  if (Array.isArray(value)) return value.join('');
  return escapeXml(String(value));
}
