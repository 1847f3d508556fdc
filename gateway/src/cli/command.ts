import type { Localized } from '@angrid/contract';
import type { Context } from './context.js';
import type { ExitName } from './exit-codes.js';
import type { View } from './print/view.js';

export interface Flag {
  readonly is: 'flag';
  readonly about: Localized;
}

export interface Value<P extends 'required' | 'optional'> {
  readonly is: 'value';
  readonly presence: P;
  /** What stands for the value in the help: `<file>`. */
  readonly placeholder: string;
  readonly about: Localized;
  readonly choices?: readonly string[];
}

export interface Many {
  readonly is: 'many';
  readonly placeholder: string;
  readonly about: Localized;
}

export type OptionSpec = Flag | Value<'required' | 'optional'> | Many;

export interface ArgumentSpec<P extends 'required' | 'optional' = 'required' | 'optional'> {
  readonly is: 'argument';
  readonly presence: P;
  readonly about: Localized;
  readonly choices?: readonly string[];
}

/** `--plain`. */
export function flag(about: Localized): Flag {
  return { is: 'flag', about };
}

/** `--place <id>`, which may be left out. */
export function value(placeholder: string, about: Localized, choices?: readonly string[]): Value<'optional'> {
  return { is: 'value', presence: 'optional', placeholder, about, ...(choices && { choices }) };
}

/** `--cloud <url>`, without which the command is refused. */
export function required(placeholder: string, about: Localized): Value<'required'> {
  return { is: 'value', presence: 'required', placeholder, about };
}

/** `--camera <id...>`: one or several. */
export function many(placeholder: string, about: Localized): Many {
  return { is: 'many', placeholder, about };
}

export function argument(about: Localized, choices?: readonly string[]): ArgumentSpec<'required'> {
  return { is: 'argument', presence: 'required', about, ...(choices && { choices }) };
}

export function optionalArgument(about: Localized): ArgumentSpec<'optional'> {
  return { is: 'argument', presence: 'optional', about };
}

type ValueOf<S> = S extends { readonly is: 'flag' }
  ? boolean
  : S extends { readonly is: 'many' }
    ? readonly string[]
    : S extends { readonly presence: 'required' }
      ? string
      : string | undefined;
type ValuesOf<S> = { readonly [K in keyof S]: ValueOf<S[K]> };
type Arguments = Readonly<Record<string, ArgumentSpec>>;
type Options = Readonly<Record<string, OptionSpec>>;

interface Declared<A extends Arguments, O extends Options> {
  /** As it is typed, with its group: `device add`. */
  readonly name: string;
  /** One sentence without a full stop. */
  readonly about: Localized;
  /** What a person must know beyond the options. */
  readonly notes?: Localized;
  /** In the order in which they are typed. */
  readonly arguments?: A;
  /** By name in camelCase: `passwordFile` is `--password-file`. */
  readonly options?: O;
  /** Whole command lines. */
  readonly examples: readonly [string, ...string[]];
  /** With what it may end apart from `done`, `misuse` and `failed`. */
  readonly exits?: readonly ExitName[];
}

interface Once<A extends Arguments, O extends Options, V> extends Declared<A, O> {
  /** What `--json` prints: one JSON value whose shape stays. */
  run(input: ValuesOf<A> & ValuesOf<O>, context: Context): Promise<V>;
  /** The same for people; nothing where it is empty. */
  show(value: V, view: View): string;
  exit?(value: V): ExitName;
}

interface Following<A extends Arguments, O extends Options, V> extends Declared<A, O> {
  /** Each value is a line of JSON with `--json`. */
  follow(input: ValuesOf<A> & ValuesOf<O>, context: Context): AsyncIterable<V>;
  show(value: V, view: View): string;
}

/** A command with its types forgotten, as the program and the reference page take it. */
export type Command = Once<Arguments, Options, unknown> | Following<Arguments, Options, unknown>;

/** Declares a command; what it is given has the types of its arguments and options. */
export function command<const A extends Arguments, const O extends Options, V>(
  spec: Once<A, O, V> | Following<A, O, V>,
): Command {
  return spec as unknown as Command;
}

/** `passwordFile` → `--password-file`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
