import type { ErrorCode, Localized } from '@angrid/contract';

/** A value as a person wrote it: the text of a scalar or variable, or the items of a YAML list. */
export type Written = string | readonly string[];

export type Environment = Readonly<Record<string, string | undefined>>;

/** Why a written value was not taken. `reason` is a clause that follows the key: `"x" is not a port`. */
export interface Refusal {
  readonly reason: Localized;
  readonly code: ErrorCode;
}

export type Parsed<T> = { readonly value: T } | { readonly refusal: Refusal };

/** A named kind of value that reads itself from what a person wrote. */
export interface SettingType<T> {
  /** What it is and which range it has, for the reference page and for refusals: `a whole number from 1 to 9`. */
  readonly name: Localized;
  /** The value is a reference to a secret, resolved in the environment or in a file. */
  readonly secret: boolean;
  parse(written: Written, environment: Environment): Parsed<T>;
}

/** A type of one value; `read` gives undefined for a text that is not of the type. */
export function scalar<T>(name: Localized, read: (text: string) => T | undefined): SettingType<T> {
  return {
    name,
    secret: false,
    parse(written) {
      if (typeof written !== 'string') return refused(listFor(name));
      const value = read(written.trim());
      return value === undefined ? refused(notOf(written, name)) : { value };
    },
  };
}

export function refused(reason: Localized, code: ErrorCode = 'config.invalid-value'): { readonly refusal: Refusal } {
  return { refusal: { reason, code } };
}

export function notOf(text: string, name: Localized): Localized {
  const shown = shownText(text);
  return { 'zh-CN': `“${shown}”不是${name['zh-CN']}`, en: `"${shown}" is not ${name.en}` };
}

export function listFor(name: Localized): Localized {
  return { 'zh-CN': `给出了列表，应为${name['zh-CN']}`, en: `a list was given where ${name.en} is expected` };
}

const SHOWN_CHARACTERS = 60;

function shownText(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
  return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS)}…`;
}
