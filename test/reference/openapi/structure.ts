import { isObject, type Json, type Part } from './schema.js';

/** What of OpenAPI 3.1 a document of ours must hold to be read by others: a sentence for each fault. */
export function structureFaults(document: Part): readonly string[] {
  const faults = [...referencesIn(document)]
    .filter((one) => !resolves(document, one))
    .map((one) => `${one}: not there`);
  if (!String(document['openapi']).startsWith('3.1.')) faults.push('openapi: not 3.1');
  const { title, version } = isObject(document['info']) ? document['info'] : {};
  if (typeof title !== 'string' || typeof version !== 'string') faults.push('info: title and version');
  const ids = new Set<string>();
  for (const { at, path, operation } of operationsOf(document)) {
    const id = String(operation['operationId']);
    if (ids.has(id)) faults.push(`${at}: operationId ${id} is not the only one`);
    ids.add(id);
    if (!isObject(operation['responses'])) faults.push(`${at}: no responses`);
    faults.push(...parameterFaults(at, path, operation));
  }
  return faults;
}

export interface Operation {
  /** `GET /api/incidents/{id}`. */
  readonly at: string;
  readonly path: string;
  readonly operation: Part;
}

export function operationsOf({ paths }: Part): readonly Operation[] {
  return Object.entries(isObject(paths) ? paths : {}).flatMap(([path, methods]) =>
    Object.entries(isObject(methods) ? methods : {}).flatMap(([method, operation]) =>
      isObject(operation) ? [{ at: `${method.toUpperCase()} ${path}`, path, operation }] : [],
    ),
  );
}

function parameterFaults(at: string, path: string, { parameters = [] }: Part): readonly string[] {
  const all = Array.isArray(parameters) ? parameters.filter(isObject) : [];
  const declared = all.filter((one) => one['in'] === 'path' && one['required'] === true).map((one) => one['name']);
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const keys = all.map((one) => `${String(one['in'])} ${String(one['name'])}`);
  return [
    ...inPath.filter((name) => !declared.includes(name)).map((name) => `${at}: ${name} is not declared`),
    ...declared
      .filter((name) => !inPath.includes(String(name)))
      .map((name) => `${at}: ${String(name)} is not in the path`),
    ...(new Set(keys).size < keys.length ? [`${at}: a parameter twice`] : []),
    ...all.filter((one) => !isObject(one['schema'])).map((one) => `${at}: ${String(one['name'])} has no schema`),
  ];
}

function* referencesIn(value: Json | undefined): Generator<string> {
  if (Array.isArray(value)) for (const one of value) yield* referencesIn(one as Json);
  if (!isObject(value)) return;
  for (const [name, one] of Object.entries(value)) {
    if (name === '$ref' && typeof one === 'string') yield one;
    else yield* referencesIn(one);
  }
}

function resolves(document: Part, reference: string): boolean {
  if (!reference.startsWith('#/')) return false;
  let at: Json | undefined = document;
  for (const name of reference.slice(2).split('/')) at = isObject(at) ? at[name] : undefined;
  return at !== undefined;
}
