import { compileText, type Scope, type TextGetter } from './value.js';

/** Makes a JSON text; undefined where a value that it needs is missing. */
export type Template = (scope: Scope) => string | undefined;

const PLACEHOLDER = /\{([^{}"\\]{1,128})\}/;

/** `{"info":{"id":"{info.RecordID}"}}`: placeholders stand inside texts and hold paths. */
export function compileTemplate(body: unknown): Template {
  const parts: (string | TextGetter)[] = [];
  collect(body, parts);
  return (scope) => {
    let text = '';
    for (const part of parts) {
      if (typeof part === 'string') {
        text += part;
        continue;
      }
      const value = part(scope);
      if (value === undefined) return undefined;
      text += inner(value);
    }
    return text;
  };
}

/** The paths that a template reads. */
export function templatePaths(body: unknown): string[] {
  if (typeof body === 'string') return body.split(PLACEHOLDER).filter((_, index) => index % 2 === 1);
  if (typeof body !== 'object' || body === null) return [];
  return Object.values(body).flatMap(templatePaths);
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
  parts.push('"');
  for (const [index, piece] of text.split(PLACEHOLDER).entries()) {
    parts.push(index % 2 === 1 ? compileText(piece) : inner(piece));
  }
  parts.push('"');
}

/** As it stands between the quotes of a JSON text. */
function inner(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
