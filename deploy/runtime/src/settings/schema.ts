import type { Localized } from '@angrid/contract';
import type { SettingType, Written } from './setting-type.js';

/** A default or an example, as a person would write it in the file: `30s`, 8883, true, ['10.0.0.0/8']. */
export type Plain = string | number | boolean | readonly (string | number)[];

export interface Setting<T> {
  readonly is: 'setting';
  readonly type: SettingType<T>;
  readonly about: Localized;
  readonly presence: 'default' | 'required' | 'optional';
  readonly default: Written | undefined;
  readonly example: Written;
  /** What one counts, where the type does not say it. */
  readonly unit: Localized | undefined;
  /** Whether a change takes effect only after a restart. */
  readonly restart: boolean;
  /** A well-known variable outside the prefix that is read too; for a secret it holds the secret itself. */
  readonly variable: string | undefined;
}

export interface Group<M extends Members = Members> {
  readonly is: 'group';
  readonly about: Localized;
  readonly members: M;
}

export interface Members {
  readonly [key: string]: Setting<unknown> | Group;
}

/** What must hold between settings; each has been checked by itself before. */
export interface Rule<T> {
  /** The setting to point at, as `broker.plain.port`. */
  readonly key: string;
  /** A clause that follows the key: `needs broker.plain.network`. */
  readonly reason: Localized;
  holds(settings: T): boolean;
}

export interface Schema<M extends Members = Members> {
  /** Of the environment variables: `ANGRID_GATEWAY`. */
  readonly prefix: string;
  readonly members: M;
  readonly rules: readonly Rule<ValuesOf<M>>[];
}

export type ValuesOf<M extends Members> = {
  readonly [K in keyof M]: M[K] extends Setting<infer T> ? T : M[K] extends Group<infer N> ? ValuesOf<N> : never;
};

/** What `loadSettings` gives for a schema. */
export type SettingsOf<S> = S extends Schema<infer M> ? ValuesOf<M> : never;

interface About {
  /** What it is for, in both languages, as one or two sentences without a full stop at the end. */
  readonly about: Localized;
  readonly unit?: Localized;
  /** True unless the program takes a change while it runs. */
  readonly restart?: boolean;
  readonly variable?: string;
}

type SettingOptions = About &
  (
    | { readonly default: Plain; readonly example?: Plain }
    | { readonly required: true; readonly example: Plain }
    | { readonly optional: true; readonly example: Plain }
  );

/** One setting: it has a default, or it is required, or it is optional and may be undefined. */
export function setting<T, const O extends SettingOptions>(
  type: SettingType<T>,
  options: O,
): Setting<O extends { readonly optional: true } ? T | undefined : T> {
  const fallback = 'default' in options ? writtenOf(options.default) : undefined;
  const example = options.example === undefined ? fallback : writtenOf(options.example);
  return {
    is: 'setting',
    type: type as Setting<O extends { readonly optional: true } ? T | undefined : T>['type'],
    about: options.about,
    presence: presenceOf(options),
    default: fallback,
    example: example ?? '',
    unit: options.unit,
    restart: options.restart ?? true,
    variable: options.variable,
  };
}

export function group<const M extends Members>(about: Localized, members: M): Group<M> {
  return { is: 'group', about, members };
}

export function writtenOf(plain: Plain): Written {
  return typeof plain === 'object' ? plain.map(String) : String(plain);
}

function presenceOf(options: SettingOptions): Setting<unknown>['presence'] {
  if ('default' in options) return 'default';
  return 'required' in options ? 'required' : 'optional';
}
