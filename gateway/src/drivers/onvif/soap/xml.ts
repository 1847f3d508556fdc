import { SaxesParser } from 'saxes';

/** One element as it stands in the text: matched by local name, nothing coerced, prefixes kept as text. */
export interface XmlElement {
  /** Local name, without the prefix. */
  readonly name: string;
  readonly prefix: string;
  /** By the name as written (`tt:Name` or `Name`), `xmlns` included; without a prototype. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly in this element, entities resolved, otherwise untouched. */
  readonly text: string;
  readonly parent: XmlElement | undefined;
}

export interface XmlLimits {
  readonly maxDepth: number;
  /** Elements and attributes together. */
  readonly maxNodes: number;
}

export const DEFAULT_XML_LIMITS: XmlLimits = { maxDepth: 64, maxNodes: 5_000 };

/** The document breaks a limit or is not well formed. The message says which. */
export class XmlRefused extends Error {}

type Building = { -readonly [K in keyof XmlElement]: XmlElement[K] } & { children: XmlElement[] };

const NO_ATTRIBUTES: XmlElement['attributes'] = Object.freeze(Object.create(null) as Record<string, string>);

/** Reads a whole document or throws XmlRefused. The caller has capped the size of `text` already. */
export function readXml(text: string, limits: XmlLimits = DEFAULT_XML_LIMITS): XmlElement {
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw new XmlRefused('a document type declaration');
  const tree = new TreeBuilder(limits);
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('error', (error) => {
    throw new XmlRefused(`not well formed: ${error.message}`);
  });
  parser.on('opentag', (tag) => tree.open(tag.name, tag.attributes as XmlElement['attributes']));
  parser.on('closetag', () => tree.close());
  parser.on('text', (part) => tree.text(part));
  parser.on('cdata', (part) => tree.text(part));
  parser.write(text.replace(/^\uFEFF?\s+|^\uFEFF/, '')).close();
  return tree.root();
}

class TreeBuilder {
  private first: Building | undefined;
  private current: Building | undefined;
  private depth = 0;
  private nodes = 0;

  constructor(private readonly limits: XmlLimits) {}

  open(qualifiedName: string, given: XmlElement['attributes']): void {
    const count = Object.keys(given).length;
    this.depth += 1;
    this.nodes += 1 + count;
    if (this.depth > this.limits.maxDepth) throw new XmlRefused(`deeper than ${this.limits.maxDepth} levels`);
    if (this.nodes > this.limits.maxNodes) throw new XmlRefused(`more than ${this.limits.maxNodes} nodes`);
    const element: Building = {
      name: localName(qualifiedName),
      prefix: prefixOf(qualifiedName),
      attributes: count === 0 ? NO_ATTRIBUTES : given,
      children: [],
      text: '',
      parent: this.current,
    };
    this.current?.children.push(element);
    this.first ??= element;
    this.current = element;
  }

  text(part: string): void {
    if (this.current) this.current.text += part;
  }

  close(): void {
    this.depth -= 1;
    this.current = this.current?.parent as Building | undefined;
  }

  root(): XmlElement {
    if (!this.first) throw new XmlRefused('no element');
    return this.first;
  }
}

function localName(qualifiedName: string): string {
  return qualifiedName.slice(qualifiedName.indexOf(':') + 1);
}

function prefixOf(qualifiedName: string): string {
  return qualifiedName.slice(0, Math.max(qualifiedName.indexOf(':'), 0));
}

/** The first child of that local name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name);
}

export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((candidate) => candidate.name === name) ?? [];
}

/** The element at the end of a path of local names, first match at each step. */
export function at(element: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let found = element;
  for (const name of path) found = child(found, name);
  return found;
}

/** The trimmed text at the end of a path; undefined where there is no such element or no text. */
export function textAt(element: XmlElement | undefined, ...path: string[]): string | undefined {
  const text = at(element, ...path)?.text.trim();
  return text === '' ? undefined : text;
}

/** An attribute by local name, whatever its prefix. */
export function attribute(element: XmlElement, name: string): string | undefined {
  const { attributes } = element;
  const exact = attributes[name];
  if (exact !== undefined) return exact;
  for (const key in attributes) {
    if (localName(key) === name && !key.startsWith('xmlns')) return attributes[key];
  }
  return undefined;
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * Writes an element out again so that it means the same in another document: prefixes that it uses are declared
 * on it as they were in its own document. `extra` are attributes to add, already escaped: ` a="b"`.
 */
export function writeElement(element: XmlElement, extra = ''): string {
  const declared = [...usedPrefixes(element)]
    .map((prefix) => [prefix, namespaceOf(element, prefix)] as const)
    .filter(([prefix, uri]) => uri !== undefined && element.attributes[xmlnsName(prefix)] === undefined)
    .map(([prefix, uri]) => ` ${xmlnsName(prefix)}="${escapeXml(uri as string)}"`);
  return writeWith(element, declared.join('') + extra);
}

function writeWith(element: XmlElement, more: string): string {
  const name = element.prefix === '' ? element.name : `${element.prefix}:${element.name}`;
  const own = Object.entries(element.attributes)
    .map(([key, value]) => ` ${key}="${escapeXml(value)}"`)
    .join('');
  const inside = escapeXml(element.text) + element.children.map((nested) => writeWith(nested, '')).join('');
  return `<${name}${own}${more}>${inside}</${name}>`;
}

function usedPrefixes(element: XmlElement, found = new Set<string>()): Set<string> {
  found.add(element.prefix);
  for (const key in element.attributes) {
    const prefix = prefixOf(key);
    if (prefix !== '' && prefix !== 'xmlns' && prefix !== 'xml') found.add(prefix);
  }
  for (const nested of element.children) usedPrefixes(nested, found);
  return found;
}

/** What a prefix stands for where the element is; undefined where nothing declares it. */
function namespaceOf(element: XmlElement, prefix: string): string | undefined {
  for (let scope: XmlElement | undefined = element; scope; scope = scope.parent) {
    const uri = scope.attributes[xmlnsName(prefix)];
    if (uri !== undefined) return uri;
  }
  return undefined;
}

function xmlnsName(prefix: string): string {
  return prefix === '' ? 'xmlns' : `xmlns:${prefix}`;
}
