import type { Emit } from '../format/message.js';
import type { Profile } from '../format/profile.js';
import type { Scalar } from '../format/primitives.js';
import { type AttributeValue, addDrop, type Outcome } from './reading.js';
import { isToken } from './token.js';
import { booleanOf, compilePaths, isThere, numberOf, type Scope, textOf } from './value.js';

export type Attributes = Record<string, AttributeValue>;

/** Writes what an event keeps; a value that is not of the declared kind is left out and counted. */
export type AttributeReader = (scope: Scope, outcome: Outcome) => Attributes | undefined;

type Kept = NonNullable<Emit['keep']>[string];
type Convert = (value: unknown) => AttributeValue | undefined;

export function compileAttributes(emit: Emit, values: Profile['values']): AttributeReader | undefined {
  const fixed = emit.set;
  const kept = Object.entries(emit.keep ?? {}).map(([name, one]) => ({ name, ...compileKept(one, values) }));
  if (kept.length === 0) return fixed === undefined ? undefined : () => fixed;
  return (scope, outcome) => {
    let attributes: Attributes | undefined = fixed === undefined ? undefined : { ...fixed };
    for (const { name, get, convert } of kept) {
      const raw = get(scope);
      if (!isThere(raw)) continue;
      const value = convert(raw);
      if (value === undefined) addDrop(outcome, 'attribute-refused', 1);
      else (attributes ??= {})[name] = value;
    }
    return attributes;
  };
}

function compileKept(kept: Kept, values: Profile['values']) {
  const convert = converters[kept.as];
  const table = kept.values === undefined ? undefined : values?.[kept.values];
  return { get: compilePaths(kept.path), convert: table === undefined ? convert : lookUp(table, convert) };
}

function lookUp(table: Readonly<Record<string, Scalar>>, convert: Convert): Convert {
  const known = new Map<string | undefined, AttributeValue | undefined>(
    Object.entries(table).map(([code, value]) => [code, convert(value)]),
  );
  return (value) => known.get(textOf(value));
}

const converters: Readonly<Record<Kept['as'], Convert>> = {
  number: numberOf,
  boolean: booleanOf,
  token: (value) => {
    const text = textOf(value);
    return text !== undefined && isToken(text) ? text : undefined;
  },
};
