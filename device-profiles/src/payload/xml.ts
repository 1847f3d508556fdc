import { SaxesParser } from 'saxes';
import { CUT, type ParsedBody, payloadLimits } from './json.js';
import { malformed } from './malformed.js';

type Members = Record<string, unknown>;

/**
 * Reads a document as the members of its root element: local name → text, or the members of an element that has any.
 * Elements of one name become a list. `@name` is an attribute, `@root` the root's name, `#text` a text beside members.
 * No document type declaration, no entity but the five of XML.
 */
export function readXmlBody(body: Buffer): ParsedBody {
  const text = documentIn(body);
  if (text === '') throw malformed('empty', 'no bytes');
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw malformed('not-xml', 'a document type declaration');
  const builder = new MembersBuilder();
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('error', (error) => {
    throw malformed('not-xml', error.message.slice(0, 120));
  });
  parser.on('opentag', (tag) => builder.open(tag.name, tag.attributes));
  parser.on('closetag', () => builder.close());
  parser.on('text', (part) => builder.text(part));
  parser.on('cdata', (part) => builder.text(part));
  parser.write(text).close();
  return builder.finish();
}

/** Without mark, blanks and NULs around it. By hand: an expression would look at each blank of a long run again and again. */
export function documentIn(body: Buffer): string {
  const text = body
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) <= 0x20 || text.charCodeAt(end - 1) === 0xfeff)) end -= 1;
  return text.slice(0, end);
}

interface Open {
  readonly name: string;
  readonly members: Members;
  text: string;
  long: boolean;
}

class MembersBuilder {
  private readonly stack: Open[] = [];
  private root: Members | undefined;
  private values = 0;
  private cuts = 0;

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.count(1);
    if (this.stack.length >= payloadLimits.depth) {
      throw malformed('too-deep', `more than ${payloadLimits.depth} levels`);
    }
    const members = Object.create(null) as Members;
    for (const [key, value] of Object.entries(attributes)) {
      this.count(1);
      if (!key.startsWith('xmlns')) members[`@${localName(key)}`] = this.short(value);
    }
    this.stack.push({ name: localName(name), members, text: '', long: false });
  }

  /** A picture in base64 is not collected: it counts as one cut text. */
  text(part: string): void {
    const open = this.stack.at(-1);
    if (open === undefined || open.long) return;
    if (open.text.length + part.length <= payloadLimits.textBytes) open.text += part;
    else open.long = true;
  }

  close(): void {
    const open = this.stack.pop();
    if (open === undefined) return;
    if (open.long) this.cuts += 1;
    const text = open.long ? CUT : open.text.trim();
    const parent = this.stack.at(-1);
    if (parent === undefined) this.root = { ...open.members, '@root': open.name };
    else addMember(parent.members, open.name, valueOf(open.members, text));
  }

  finish(): ParsedBody {
    if (this.root === undefined) throw malformed('not-xml', 'no element');
    return { value: this.root, cuts: this.cuts };
  }

  private short(text: string): string {
    if (text.length <= payloadLimits.textBytes) return text;
    this.cuts += 1;
    return CUT;
  }

  private count(more: number): void {
    this.values += more;
    if (this.values > payloadLimits.values) {
      throw malformed('too-many-values', `more than ${payloadLimits.values} values`);
    }
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function valueOf(members: Members, text: string): unknown {
  if (Object.keys(members).length === 0) return text;
  return text === '' ? members : { ...members, '#text': text };
}

function addMember(members: Members, name: string, value: unknown): void {
  const before = members[name];
  if (before === undefined) members[name] = value;
  else if (Array.isArray(before)) before.push(value);
  else members[name] = [before, value];
}
