import { compilePaths, compileText, numberOf, type Scope, type TextGetter } from './value.js';

/** Makes a text, JSON or plain; undefined where a value that it needs is missing. */
export type Template = (scope: Scope) => string | undefined;

const PLACEHOLDER = /\{([^{}"\\]{1,128})\}/;
const NUMBER = /^\{([^{}"\\]{1,120}):number\}$/;

/**
 * `{"info":{"id":"{info.RecordID}"}}`: placeholders stand inside texts and hold paths; a text that is all
 * `{position:number}` becomes a number. A body that is a text itself stays plain, and no value brings a line into it.
 */
export function compileTemplate(body: unknown): Template {
  if (typeof body === 'string') return compilePlain(body);
  const parts: (string | TextGetter)[] = [];
  collect(body, parts);
  return (scope) => fill(parts, scope, inner);
}

function compilePlain(text: string): Template {
  const parts = text.split(PLACEHOLDER).map((piece, index) => (index % 2 === 1 ? compileText(piece) : piece));
  return (scope) => fill(parts, scope, oneLine);
}

function fill(
  parts: readonly (string | TextGetter)[],
  scope: Scope,
  write: (value: string) => string,
): string | undefined {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = part(scope);
    if (value === undefined) return undefined;
    text += write(value);
  }
  return text;
}

export function templateDepth(body: unknown): number {
  if (typeof body !== 'object' || body === null) return 0;
  return 1 + Math.max(0, ...Object.values(body).map(templateDepth));
}

function collect(value: unknown, parts: (string | TextGetter)[]): void {
  if (typeof value === 'string') return collectText(value, parts);
  if (typeof value !== 'object' || value === null) return void parts.push(JSON.stringify(value));
  const isList = Array.isArray(value);
  parts.push(isList ? '[' : '{');
  for (const [index, [key, member]] of Object.entries(value).entries()) {
    parts.push(`${index === 0 ? '' : ','}${isList ? '' : `${JSON.stringify(key)}:`}`);
    collect(member, parts);
  }
  parts.push(isList ? ']' : '}');
}

function collectText(text: string, parts: (string | TextGetter)[]): void {
  const number = NUMBER.exec(text)?.[1];
  if (number !== undefined) return void parts.push(compileNumber(number));
  parts.push('"');
  for (const [index, piece] of text.split(PLACEHOLDER).entries()) {
    parts.push(index % 2 === 1 ? compileText(piece) : inner(piece));
  }
  parts.push('"');
}

function compileNumber(path: string): TextGetter {
  const get = compilePaths(path);
  return (scope) => numberOf(get(scope))?.toString();
}

/** Without control characters, so that a value cannot begin a line of its own. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, '');
}

/** As it stands between the quotes of a JSON text. */
function inner(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
