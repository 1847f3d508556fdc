import { COMPONENT, isObject, type Part, type Schema } from './schema.js';

/** `sent` by a caller, who may send less than before; `answered` by us, where nothing may be missing. */
type Direction = 'sent' | 'answered';

interface Comparison {
  readonly before: Part;
  readonly after: Part;
  readonly direction: Direction;
  /** Pairs of components that are compared already: types may hold themselves. */
  readonly seen: Set<string>;
  readonly found: string[];
}

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete'];

/**
 * What a program written for `before` can no longer rely on in `after`: a sentence for each, in the order of the
 * document. What is only added breaks nothing.
 */
export function breakingChanges(before: Part, after: Part): readonly string[] {
  const found: string[] = [];
  for (const [path, operations] of Object.entries(partOf(before, 'paths'))) {
    for (const method of METHODS) {
      const old = isObject(operations) ? operations[method] : undefined;
      if (!isObject(old)) continue;
      const at = `${method.toUpperCase()} ${path}`;
      const now = partOf(partOf(partOf(after, 'paths'), path), method);
      if (Object.keys(now).length === 0) found.push(`${at}: removed`);
      else compareOperations(at, [old, now], { before, after, found });
    }
  }
  return found;
}

function compareOperations(
  at: string,
  [old, now]: readonly [Part, Part],
  documents: Pick<Comparison, 'before' | 'after' | 'found'>,
): void {
  const sent: Comparison = { ...documents, direction: 'sent', seen: new Set() };
  const answered: Comparison = { ...documents, direction: 'answered', seen: new Set() };
  if (old['x-permission'] !== now['x-permission']) {
    documents.found.push(`${at}: asks for ${String(now['x-permission'])} instead of ${String(old['x-permission'])}`);
  }
  compareParameters(at, [old, now], sent);
  compareContent(`${at} body`, [partOf(old, 'requestBody'), partOf(now, 'requestBody')], sent);
  for (const [status, answer] of Object.entries(partOf(old, 'responses'))) {
    const next = partOf(now, 'responses')[status];
    if (next === undefined) documents.found.push(`${at}: no longer answers ${status}`);
    else if (isObject(answer) && isObject(next)) compareContent(`${at} ${status}`, [answer, next], answered);
  }
}

function compareParameters(at: string, [old, now]: readonly [Part, Part], comparison: Comparison): void {
  const known = parametersOf(old);
  const next = parametersOf(now);
  for (const [name, parameter] of next) {
    const one = known.get(name);
    if (parameter['required'] === true && one?.['required'] !== true) {
      comparison.found.push(`${at}: ${name} has become required`);
    }
    if (one) compare(`${at} ${name}`, [partOf(one, 'schema'), partOf(parameter, 'schema')], comparison);
  }
  for (const name of known.keys()) if (!next.has(name)) comparison.found.push(`${at}: ${name} is no longer read`);
}

function parametersOf({ parameters }: Part): ReadonlyMap<string, Part> {
  const all = Array.isArray(parameters) ? parameters.filter(isObject) : [];
  return new Map(all.map((one) => [`${String(one['in'])} parameter ${String(one['name'])}`, one]));
}

function compareContent(at: string, [old, now]: readonly [Part, Part], comparison: Comparison): void {
  const types = Object.entries(partOf(now, 'content'));
  const had = partOf(old, 'content');
  if (comparison.direction === 'sent' && Object.keys(had).length === 0 && types.length > 0) {
    comparison.found.push(`${at}: has become required`);
  }
  for (const [type, media] of Object.entries(had)) {
    const next = types.find(([name]) => name === type)?.[1];
    if (next === undefined) comparison.found.push(`${at}: no longer ${type}`);
    else if (isObject(media) && isObject(next)) {
      compare(at, [partOf(media, 'schema'), partOf(next, 'schema')], comparison);
    }
  }
}

function compare(at: string, [old, now]: readonly [Schema, Schema], comparison: Comparison): void {
  const pair = `${String(old['$ref'])} ${String(now['$ref'])}`;
  if (old['$ref'] !== undefined && now['$ref'] !== undefined) {
    if (comparison.seen.has(pair)) return;
    comparison.seen.add(pair);
  }
  const was = resolved(old, comparison.before);
  const is = resolved(now, comparison.after);
  if (alternativesOf(was).length > 1 || alternativesOf(is).length > 1) return compareUnions(at, [was, is], comparison);
  compareValues(at, [was, is], comparison);
  compareProperties(at, [was, is], comparison);
  const items = [partOf(was, 'items'), partOf(is, 'items')] as const;
  if (was['items'] !== undefined && is['items'] !== undefined) compare(`${at}[]`, items, comparison);
  const others = [was['additionalProperties'], is['additionalProperties']];
  if (isObject(others[0]) && isObject(others[1])) compare(`${at}.*`, [others[0], others[1]], comparison);
}

/** An alternative may go from what is answered, and come to what is accepted; never the other way round. */
function compareUnions(at: string, [old, now]: readonly [Schema, Schema], comparison: Comparison): void {
  const fits = (one: Schema, other: Schema): boolean => {
    const trial = { ...comparison, seen: new Set(comparison.seen), found: [] as string[] };
    compare(at, [one, other], trial);
    return trial.found.length === 0;
  };
  const olds = alternativesOf(old);
  const news = alternativesOf(now);
  const lost =
    comparison.direction === 'sent'
      ? olds.filter((one) => !news.some((other) => fits(one, other)))
      : news.filter((other) => !olds.some((one) => fits(one, other)));
  if (lost.length === 0) return;
  const what = comparison.direction === 'sent' ? 'no longer accepts an alternative' : 'may be something else';
  comparison.found.push(`${at}: ${what}`);
}

function alternativesOf(schema: Schema): readonly Schema[] {
  const all = schema['anyOf'] ?? schema['oneOf'];
  return Array.isArray(all) ? all.filter(isObject) : [schema];
}

const BOUNDS = [
  ['minimum', 1],
  ['exclusiveMinimum', 1],
  ['minLength', 1],
  ['minItems', 1],
  ['maximum', -1],
  ['exclusiveMaximum', -1],
  ['maxLength', -1],
  ['maxItems', -1],
] as const;

function compareValues(at: string, [old, now]: readonly [Schema, Schema], { direction, found }: Comparison): void {
  const [narrower, wider] = direction === 'sent' ? [old, now] : [now, old];
  const missing = typesOf(narrower).filter((type) => !typesOf(wider).includes(type));
  const opened = typesOf(narrower).length === 0 && typesOf(wider).length > 0;
  if (opened || (missing.length > 0 && typesOf(wider).length > 0)) {
    found.push(`${at}: ${typesOf(old).join(' | ') || 'anything'} → ${typesOf(now).join(' | ') || 'anything'}`);
    return;
  }
  const [inner, outer] = [valuesOf(narrower), valuesOf(wider)];
  const foreign = outer === undefined ? [] : (inner ?? ['anything']).filter((value) => !outer.includes(value));
  const verb = direction === 'sent' ? 'no longer accepts' : 'may also be';
  if (foreign.length > 0) found.push(`${at}: ${verb} ${foreign.join(', ')}`);
  if (direction === 'answered') return;
  for (const [bound, sign] of BOUNDS) {
    const [was, is] = [old[bound], now[bound]];
    if (typeof is !== 'number') continue;
    if (typeof was !== 'number' || (is - was) * sign > 0) found.push(`${at}: ${bound} is ${is} now`);
  }
}

/** `integer` is a `number`. */
function typesOf({ type }: Schema): readonly string[] {
  const all = Array.isArray(type) ? type.map(String) : typeof type === 'string' ? [type] : [];
  return all.map((one) => (one === 'integer' ? 'number' : one));
}

function valuesOf(schema: Schema): readonly string[] | undefined {
  if (schema['const'] !== undefined) return [JSON.stringify(schema['const'])];
  const values = schema['enum'];
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : undefined;
}

function compareProperties(at: string, [old, now]: readonly [Schema, Schema], comparison: Comparison): void {
  const { direction, found } = comparison;
  const [had, has] = [partOf(old, 'properties'), partOf(now, 'properties')];
  for (const [name, property] of Object.entries(had)) {
    const next = has[name];
    if (isObject(property) && isObject(next)) compare(`${at}.${name}`, [property, next], comparison);
    else if (direction === 'answered' || now['additionalProperties'] === false) found.push(`${at}.${name}: removed`);
    if (direction === 'answered' && next !== undefined && requires(old, name) && !requires(now, name)) {
      found.push(`${at}.${name}: may be missing`);
    }
  }
  if (direction === 'answered') return;
  for (const name of Object.keys(has)) {
    if (requires(now, name) && !requires(old, name)) found.push(`${at}.${name}: has become required`);
  }
}

function requires({ required }: Schema, name: string): boolean {
  return Array.isArray(required) && required.includes(name);
}

function resolved(schema: Schema, document: Part): Schema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string' || !reference.startsWith(COMPONENT)) return schema;
  return partOf(partOf(partOf(document, 'components'), 'schemas'), reference.slice(COMPONENT.length));
}

function partOf(of: Part, name: string): Part {
  const part = of[name];
  return isObject(part) ? part : {};
}
