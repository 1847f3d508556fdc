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

type Building = { -readonly [K in keyof XmlElement]: XmlElement[K] } & { children: Building[] };

const NO_ATTRIBUTES: XmlElement['attributes'] = Object.freeze(Object.create(null) as Record<string, string>);

/** A name as XML 1.0 has it; beyond ASCII every character is one of a name. */
const NAME = '[A-Za-z_:\\u0080-\\uFFFD][\\w:.\\-\\u0080-\\uFFFD]*';
const TAG = new RegExp(`<(${NAME})`, 'y');
const ATTRIBUTE = new RegExp(`\\s+(${NAME})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, 'y');
const TAG_END = /\s*(\/?)>/y;
const CLOSING = new RegExp(`</(${NAME})\\s*>`, 'y');
const REFERENCE = /&(?:#x([\da-f]{1,6});|#(\d{1,7});|(lt|gt|amp|quot|apos);)?/gi;
const NO_CHARACTER = /[^\t\n\r\u0020-\uFFFD]/;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Reads a whole document or throws XmlRefused. The caller has capped the size of `text` already. */
export function readXml(text: string, limits: XmlLimits = DEFAULT_XML_LIMITS): XmlElement {
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw new XmlRefused('a document type declaration');
  return new XmlReader(text.replace(/^\uFEFF?\s+|^\uFEFF/, ''), limits).document();
}

/** XML 1.0 without document types, in one pass: what is not well formed or breaks a limit is refused where it shows. */
class XmlReader {
  private place = 0;
  private root: Building | undefined;
  private current: Building | undefined;
  private depth = 0;
  private nodes = 0;

  constructor(
    private readonly text: string,
    private readonly limits: XmlLimits,
  ) {}

  document(): XmlElement {
    const { text } = this;
    if (NO_CHARACTER.test(text)) throw malformed('a character that is none');
    for (let next = text.indexOf('<'); next !== -1; next = text.indexOf('<', this.place)) {
      this.takeText(text.slice(this.place, next));
      this.place = next;
      this.takeMarkup(text.charCodeAt(next + 1));
    }
    this.takeText(text.slice(this.place));
    if (!this.root || this.current) throw malformed('an element without end');
    return this.root;
  }

  private takeMarkup(mark: number): void {
    if (mark === SLASH) this.close();
    else if (mark === QUESTION) this.skipTo('?>', 2);
    else if (mark !== EXCLAMATION) this.open();
    else if (this.text.startsWith('<!--', this.place)) this.skipComment();
    else this.takeCdata();
  }

  private takeText(raw: string): void {
    if (raw === '') return;
    if (!this.current) {
      if (raw.trim() !== '') throw malformed('text outside of the root');
    } else if (raw.includes(']]>')) throw malformed('an end of CDATA without one');
    else this.current.text += resolved(unixLines(raw));
  }

  private open(): void {
    const qualifiedName = this.match(TAG)[1] as string;
    if (this.root && !this.current) throw malformed('two roots');
    this.depth += 1;
    if (this.depth > this.limits.maxDepth) throw new XmlRefused(`deeper than ${this.limits.maxDepth} levels`);
    this.count(1);
    const element: Building = {
      name: localName(qualifiedName),
      prefix: prefixOf(qualifiedName),
      attributes: this.attributes(),
      children: [],
      text: '',
      parent: this.current,
    };
    this.current?.children.push(element);
    this.root ??= element;
    this.current = element;
    if (this.match(TAG_END)[1] === '/') this.leave();
  }

  private attributes(): XmlElement['attributes'] {
    let found: Record<string, string> | undefined;
    for (;;) {
      ATTRIBUTE.lastIndex = this.place;
      const attribute = ATTRIBUTE.exec(this.text);
      if (!attribute) return found ?? NO_ATTRIBUTES;
      const [whole, name = '', quoted, single = ''] = attribute;
      this.place += whole.length;
      this.count(1);
      found ??= Object.create(null) as Record<string, string>;
      if (name in found) throw malformed('an attribute twice');
      found[name] = resolved(unixLines(quoted ?? single).replace(/[\t\n]/g, ' '));
    }
  }

  private close(): void {
    const qualifiedName = this.match(CLOSING)[1] as string;
    const { current } = this;
    if (!current || localName(qualifiedName) !== current.name || prefixOf(qualifiedName) !== current.prefix)
      throw malformed('a tag that closes no open one');
    this.leave();
  }

  private leave(): void {
    this.depth -= 1;
    this.current = this.current?.parent as Building | undefined;
  }

  private skipComment(): void {
    const start = this.place + 4;
    const end = this.text.indexOf('--', start);
    if (end === -1 || this.text[end + 2] !== '>') throw malformed('a comment without end');
    this.place = end + 3;
  }

  private takeCdata(): void {
    const opening = '<![CDATA[';
    const { current } = this;
    if (!current || !this.text.startsWith(opening, this.place)) throw malformed('a declaration');
    const start = this.place + opening.length;
    this.skipTo(']]>', opening.length);
    current.text += unixLines(this.text.slice(start, this.place - 3));
  }

  private skipTo(end: string, from: number): void {
    const found = this.text.indexOf(end, this.place + from);
    if (found === -1) throw malformed(`no ${end}`);
    this.place = found + end.length;
  }

  private match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.place;
    const found = pattern.exec(this.text);
    if (!found) throw malformed('a broken tag');
    this.place += found[0].length;
    return found;
  }

  private count(more: number): void {
    this.nodes += more;
    if (this.nodes > this.limits.maxNodes) throw new XmlRefused(`more than ${this.limits.maxNodes} nodes`);
  }
}

const SLASH = '/'.charCodeAt(0);
const QUESTION = '?'.charCodeAt(0);
const EXCLAMATION = '!'.charCodeAt(0);

function unixLines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function resolved(text: string): string {
  return text.includes('&') ? text.replace(REFERENCE, character) : text;
}

function character(_whole: string, hex?: string, decimal?: string, name?: string): string {
  const named = NAMED[name ?? ''];
  if (named !== undefined) return named;
  const digits = hex ?? decimal;
  const code = digits === undefined ? 0 : Number.parseInt(digits, hex === undefined ? 10 : 16);
  const isNone = (code < 0x20 && code !== 9 && code !== 10 && code !== 13) || (code >= 0xd800 && code < 0xe000);
  if (isNone || code > 0x10ffff || code === 0xfffe || code === 0xffff) throw malformed('an entity that is none');
  return String.fromCodePoint(code);
}

function malformed(what: string): XmlRefused {
  return new XmlRefused(`not well formed: ${what}`);
}

export function localName(qualifiedName: string): string {
  return qualifiedName.slice(qualifiedName.indexOf(':') + 1);
}

export function prefixOf(qualifiedName: string): string {
  return qualifiedName.slice(0, Math.max(qualifiedName.indexOf(':'), 0));
}
