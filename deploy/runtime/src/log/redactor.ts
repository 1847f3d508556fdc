import type { Secret } from '../secret/secret.js';
import { disguisesOf } from './disguises.js';
import { KnownValues } from './known-values.js';

export const MASK = '[secret]';

const SENSITIVE = 'passw(?:or)?d|passphrase|pwd|token|secret|authorization|cookie|api[_-]?key|private[_-]?key';
const SENSITIVE_KEY = new RegExp(SENSITIVE.replaceAll('[_-]?', ''));

/** `://user:password@`, also with an @ in the password. */
const USER_INFO = /:\/\/[^\s/?#"'<>]{1,512}@/g;
const PRIVATE_KEY =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:(?!-----END)[\s\S]){0,20000}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g;
/** Outside a header; the digit or = tells a credential from a sentence about basic authentication. */
const CREDENTIALS = /\b(Basic|Bearer) (?=[^\s"'<>\\]*[\d=])[^\s"'<>\\]+/gi;
/** HTTP headers whose whole value is secret. */
const HEADERS = /\b((?:proxy-)?authorization|(?:set-)?cookie)(\s*[:=]\s*)[^\r\n"'\\]+/gi;
/** The end of a key; what stands before it does not matter. */
const KEY = `(?:${SENSITIVE})[\\w-]{0,40}`;
/** `"token": "x"`, also within JSON within JSON, and cut off before its closing quote. */
const QUOTED = new RegExp(
  `(${KEY}(?:\\\\*["'])?\\s*[:=]\\s*)(?<quote>\\\\*["'])(?:(?!(?<!\\\\)\\k<quote>)[\\s\\S]){0,4000}(?:\\k<quote>)?`,
  'gi',
);
/** `password=x`, `"pin_token": 5`. */
const BARE = new RegExp(`(${KEY}(?:=|\\\\*["']\\s*[:=]\\s*|\\s=\\s))(?![\\\\"'])[^\\s,;&"'<>{}]+`, 'gi');
/** `secret: x` as the whole of a line; prose after a colon is no value. */
const COLON = new RegExp(`^([ \\t-]*[\\w.-]{0,40}(?:${SENSITIVE})[\\w-]{0,40}:[ \\t]+)(\\S+)([ \\t]*)$`, 'gim');
const ELEMENT = new RegExp(
  `(<(?:[\\w-]{1,40}:)?[\\w-]{0,40}(?:${SENSITIVE})[\\w-]{0,40}(?:\\s[^<>]{0,400})?>)[^<]+`,
  'gi',
);

/**
 * Takes secrets out of text that leaves the program: log lines, output of the command line, standard error of child
 * processes, support bundles. It knows the values that were registered, in every disguise that they travel in, and
 * the shapes in which unknown secrets stand.
 */
export class Redactor {
  readonly #known = new KnownValues();

  /** From now on the value is replaced wherever it appears. Values under four characters are not looked for. */
  register(...secrets: readonly Secret[]): void {
    for (const secret of secrets) {
      for (const form of disguisesOf(secret.reveal())) this.#known.add(form);
    }
  }

  redact(text: string): string {
    return this.#known
      .replaceIn(text, MASK)
      .replaceAll(PRIVATE_KEY, MASK)
      .replaceAll(USER_INFO, `://${MASK}@`)
      .replaceAll(HEADERS, `$1$2${MASK}`)
      .replaceAll(CREDENTIALS, `$1 ${MASK}`)
      .replaceAll(ELEMENT, `$1${MASK}`)
      .replaceAll(QUOTED, `$1$<quote>${MASK}$<quote>`)
      .replaceAll(BARE, `$1${MASK}`)
      .replaceAll(COLON, `$1${MASK}$3`);
  }

  /** Whether a value under this key is secret by its name: `apiKey`, `x-auth-token`, `Set-Cookie`. */
  isSensitiveKey(key: string): boolean {
    return SENSITIVE_KEY.test(key.toLowerCase().replaceAll(/[_-]/g, ''));
  }
}
