import { localName, prefixOf, type XmlElement } from './xml-reader.js';

export { DEFAULT_XML_LIMITS, readXml, type XmlElement, type XmlLimits, XmlRefused } from './xml-reader.js';

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
