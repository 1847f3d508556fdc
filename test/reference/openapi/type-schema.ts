import { basename } from 'node:path';
import ts from 'typescript';
import { COMPONENT, type Schema } from './schema.js';

const DEEPEST = 24;

/** JSON Schemas of TypeScript types, as `JSON.stringify` writes their values. Types with a name become components. */
export class TypeSchemas {
  readonly components = new Map<string, Schema>();
  private readonly names = new Map<ts.Symbol, string>();

  constructor(private readonly checker: ts.TypeChecker) {}

  /** Throws TypeError for a type that goes deeper than any answer should. */
  of(type: ts.Type, depth = 0): Schema {
    if (depth > DEEPEST) throw new TypeError(`an answer deeper than ${DEEPEST}: ${this.checker.typeToString(type)}`);
    if (type.symbol?.name === 'Date') return { type: 'string', format: 'date-time' };
    const named = namedSymbolOf(type);
    if (named === undefined) return this.structure(type, depth);
    const known = this.names.get(named);
    if (known !== undefined) return { $ref: COMPONENT + known };
    const name = this.nameFor(named);
    this.names.set(named, name);
    this.components.set(name, {});
    this.components.set(name, this.structure(type, depth));
    return { $ref: COMPONENT + name };
  }

  /** Two types of one name are told apart by their files. */
  private nameFor(symbol: ts.Symbol): string {
    if (!this.components.has(symbol.name)) return symbol.name;
    const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? '';
    return `${basename(file, '.ts')}.${symbol.name}`;
  }

  private structure(type: ts.Type, depth: number): Schema {
    return simple(type) ?? this.compound(type, depth);
  }

  private compound(type: ts.Type, depth: number): Schema {
    if (type.isUnion()) return this.union(type.types, depth);
    if (type.isIntersection()) {
      const brand = type.types.map(simple).find((one) => one !== undefined);
      if (brand !== undefined) return brand;
    }
    if (this.checker.isTupleType(type)) {
      const items = this.checker.getTypeArguments(type as ts.TupleTypeReference);
      return { type: 'array', prefixItems: items.map((item) => this.of(item, depth + 1)), items: false };
    }
    if (this.checker.isArrayType(type)) {
      const [item] = this.checker.getTypeArguments(type as ts.TypeReference);
      return { type: 'array', items: item ? this.of(item, depth + 1) : {} };
    }
    return this.object(type, depth);
  }

  private object(type: ts.Type, depth: number): Schema {
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const property of this.checker.getPropertiesOfType(type)) {
      const of = this.checker.getTypeOfSymbol(property);
      if (property.name.startsWith('__@') || of.getCallSignatures().length > 0) continue;
      const description = ts.displayPartsToString(property.getDocumentationComment(this.checker));
      properties[property.name] = { ...this.of(of, depth + 1), ...(description === '' ? {} : { description }) };
      if ((property.flags & ts.SymbolFlags.Optional) === 0 && !admitsUndefined(of)) required.push(property.name);
    }
    const others = this.checker.getIndexInfoOfType(type, ts.IndexKind.String);
    return {
      type: 'object',
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required }),
      ...(others && { additionalProperties: this.of(others.type, depth + 1) }),
    };
  }

  private union(types: readonly ts.Type[], depth: number): Schema {
    const present = types.filter((one) => (one.flags & ts.TypeFlags.Undefined) === 0);
    const literals = present.map(literalOf);
    if (literals.every((one) => one !== undefined)) return enumeration(literals);
    const isBoolean = (one: ts.Type): boolean => (one.flags & ts.TypeFlags.BooleanLiteral) !== 0;
    const schemas = present.filter((one) => !isBoolean(one)).map((one) => this.of(one, depth + 1));
    if (present.some(isBoolean)) schemas.push({ type: 'boolean' });
    return anyOf(schemas);
  }
}

type Literal = string | number | boolean | null;

function literalOf(type: ts.Type): Literal | undefined {
  if (type.isStringLiteral() || type.isNumberLiteral()) return type.value;
  if (type.flags & ts.TypeFlags.BooleanLiteral)
    return (type as ts.Type & { intrinsicName: string }).intrinsicName === 'true';
  return type.flags & ts.TypeFlags.Null ? null : undefined;
}

function enumeration(values: readonly Literal[]): Schema {
  const kinds = [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))].sort();
  const sorted = [...values].sort((a, b) => String(a).localeCompare(String(b), 'en'));
  if (kinds.join() === 'boolean' && values.length === 2) return { type: 'boolean' };
  const [only] = sorted;
  if (sorted.length === 1 && only !== undefined) return { type: kinds[0], const: only };
  return { type: kinds.length === 1 ? kinds[0] : kinds, enum: sorted };
}

/** The strings of a union are one enumeration; `null` stands with the type where there is but one. */
function anyOf(schemas: readonly Schema[]): Schema {
  const strings = schemas.filter((schema) => schema['type'] === 'string' && schema['const'] !== undefined);
  const others = schemas.filter((schema) => !strings.includes(schema));
  const all = strings.length > 1 ? [...others, enumeration(strings.map((one) => String(one['const'])))] : [...schemas];
  const distinct = [...new Map(all.map((schema) => [JSON.stringify(schema), schema])).entries()];
  distinct.sort(([a], [b]) => (a < b ? -1 : 1));
  const [first] = distinct;
  return distinct.length === 1 && first !== undefined ? first[1] : { anyOf: distinct.map(([, schema]) => schema) };
}

function simple(type: ts.Type): Schema | undefined {
  const literal = literalOf(type);
  if (literal !== undefined) return literal === null ? { type: 'null' } : enumeration([literal]);
  const { flags } = type;
  if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
  if (flags & ts.TypeFlags.StringLike) return type.isUnion() ? undefined : { type: 'string' };
  if (flags & ts.TypeFlags.NumberLike) return type.isUnion() ? undefined : { type: 'number' };
  if (flags & ts.TypeFlags.Boolean) return { type: 'boolean' };
  return flags & ts.TypeFlags.NonPrimitive ? { type: 'object' } : undefined;
}

function admitsUndefined(type: ts.Type): boolean {
  return type.isUnion() && type.types.some((one) => (one.flags & ts.TypeFlags.Undefined) !== 0);
}

/** An interface, or an alias without parameters, of the program itself: what libraries declare is written out. */
function namedSymbolOf(type: ts.Type): ts.Symbol | undefined {
  const symbol = type.aliasSymbol ?? (type.isClassOrInterface() ? type.symbol : undefined);
  if (symbol === undefined || (type.aliasTypeArguments ?? []).length > 0) return undefined;
  if (type.isClassOrInterface() && (type.typeParameters ?? []).length > 0) return undefined;
  const file = symbol.declarations?.[0]?.getSourceFile();
  return file === undefined || file.fileName.includes('/node_modules/') ? undefined : symbol;
}
