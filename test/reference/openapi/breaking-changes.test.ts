import { describe, expect, it, test } from '@jest/globals';
import { breakingChanges } from './breaking-changes.js';
import type { Json, Part, Schema } from './schema.js';

interface Route {
  readonly query?: Schema;
  readonly body?: Schema;
  readonly answer?: Schema;
  readonly schemas?: Readonly<Record<string, Schema>>;
}

/** A document of one route, `POST /doors`. */
function taking({ query, body, answer, schemas = {} }: Route): Part {
  const required = (query?.['required'] ?? []) as readonly string[];
  const parameters = Object.entries((query?.['properties'] ?? {}) as Record<string, Schema>).map(([name, schema]) => ({
    ...{ name, in: 'query', required: required.includes(name), schema },
  }));
  const json = (schema: Schema): Schema => ({ content: { 'application/json': { schema } } });
  return {
    paths: {
      '/doors': {
        post: {
          parameters,
          ...(body && { requestBody: json(body) }),
          responses: { '200': answer ? json(answer) : {} },
        },
      },
    },
    components: { schemas },
  };
}

const object = (properties: Readonly<Record<string, Schema>>, ...required: readonly string[]): Schema => ({
  ...{ type: 'object', properties, required },
});
const text: Schema = { type: 'string' };
const oneOf = (...values: readonly Json[]): Schema => ({ type: 'string', enum: values });
const changes = (before: Route, after: Route): readonly string[] => breakingChanges(taking(before), taking(after));

test('the same interface breaks nothing', () => {
  const route = { query: object({ id: text }, 'id'), body: object({ a: text }, 'a'), answer: object({ b: text }) };
  expect(changes(route, route)).toEqual([]);
});

describe('a route', () => {
  it('must not go', () => {
    expect(breakingChanges(taking({}), { paths: {} })).toEqual(['POST /doors: removed']);
    expect(breakingChanges(taking({}), { paths: { '/doors': { get: {} } } })).toEqual(['POST /doors: removed']);
  });

  it('may come', () => {
    expect(breakingChanges({ paths: {} }, taking({}))).toEqual([]);
  });

  it('must not ask for another permission, nor answer with another status', () => {
    const of = (permission: string, status: string): Part => ({
      paths: { '/a': { get: { 'x-permission': permission, responses: { [status]: {} } } } },
    });
    expect(breakingChanges(of('doors.read', '200'), of('doors.manage', '202'))).toEqual([
      'GET /a: asks for doors.manage instead of doors.read',
      'GET /a: no longer answers 200',
    ]);
  });
});

describe('what a caller sends', () => {
  it('must not have to hold more', () => {
    const before = { body: object({ name: text }, 'name'), query: object({ limit: text }) };
    const after = {
      body: object({ name: text, unit: text }, 'name', 'unit'),
      query: object({ limit: text, tree: text }, 'limit', 'tree'),
    };
    expect(changes(before, after)).toEqual([
      'POST /doors: query parameter limit has become required',
      'POST /doors: query parameter tree has become required',
      'POST /doors body.unit: has become required',
    ]);
    expect(changes({}, { body: object({}) })).toEqual(['POST /doors body: has become required']);
  });

  it('may hold more, and may hold less', () => {
    expect(changes({ body: object({ a: text }, 'a') }, { body: object({ a: text, b: text }) })).toEqual([]);
  });

  it('must still be read and accepted', () => {
    expect(changes({ query: object({ limit: text }) }, {})).toEqual([
      'POST /doors: query parameter limit is no longer read',
    ]);
    const strict = { ...object({ a: text }), additionalProperties: false };
    expect(changes({ body: object({ a: text, b: text }) }, { body: strict })).toEqual(['POST /doors body.b: removed']);
  });

  it('must not be narrowed in type, values or bounds', () => {
    const body = (schema: Schema): Route => ({ body: object({ v: schema }) });
    expect(changes(body({ type: ['string', 'null'] }), body(text))).toEqual([
      'POST /doors body.v: string | null → string',
    ]);
    expect(changes(body(oneOf('a', 'b')), body(oneOf('a')))).toEqual(['POST /doors body.v: no longer accepts "b"']);
    expect(changes(body(text), body(oneOf('a')))).toEqual(['POST /doors body.v: no longer accepts anything']);
    expect(changes(body({ type: 'number', maximum: 9 }), body({ type: 'number', maximum: 5 }))).toEqual([
      'POST /doors body.v: maximum is 5 now',
    ]);
    expect(changes(body({}), body(text))).toEqual(['POST /doors body.v: anything → string']);
    expect(changes(body({ anyOf: [text, { type: 'number' }] }), body(text))).toEqual([
      'POST /doors body.v: no longer accepts an alternative',
    ]);
  });

  it('may be widened', () => {
    const body = (schema: Schema): Route => ({ body: object({ v: schema }) });
    expect(changes(body(oneOf('a')), body(oneOf('a', 'b')))).toEqual([]);
    expect(changes(body({ ...text, maxLength: 5 }), body({ ...text, maxLength: 9 }))).toEqual([]);
    expect(changes(body(text), body({ anyOf: [text, { type: 'null' }] }))).toEqual([]);
    expect(changes(body(text), body({}))).toEqual([]);
  });
});

describe('what is answered', () => {
  const answer = (schema: Schema): Route => ({ answer: schema });

  it('must hold what it held', () => {
    expect(changes(answer(object({ a: text, b: text }, 'a', 'b')), answer(object({ a: text })))).toEqual([
      'POST /doors 200.a: may be missing',
      'POST /doors 200.b: removed',
    ]);
  });

  it('may hold more', () => {
    expect(changes(answer(object({ a: text })), answer(object({ a: text, b: text }, 'b')))).toEqual([]);
  });

  it('must not be of a type or value that it never was', () => {
    expect(changes(answer(object({ a: text })), answer(object({ a: { type: 'number' } })))).toEqual([
      'POST /doors 200.a: string → number',
    ]);
    expect(changes(answer(oneOf('open')), answer(oneOf('open', 'shut')))).toEqual([
      'POST /doors 200: may also be "shut"',
    ]);
    expect(changes(answer(text), answer({ anyOf: [text, { type: 'null' }] }))).toEqual([
      'POST /doors 200: may be something else',
    ]);
  });

  it('may be of fewer values', () => {
    expect(changes(answer(oneOf('open', 'shut')), answer(oneOf('open')))).toEqual([]);
    expect(changes(answer({ anyOf: [text, { type: 'null' }] }), answer(text))).toEqual([]);
  });

  it('is followed through lists, records and components, also those that hold themselves', () => {
    const tree = (leaf: Schema): Route => ({
      answer: { type: 'array', items: { $ref: '#/components/schemas/Unit' } },
      schemas: {
        Unit: object({
          leaf,
          children: { type: 'array', items: { $ref: '#/components/schemas/Unit' } },
          counts: { type: 'object', additionalProperties: leaf },
        }),
      },
    });
    expect(changes(tree(text), tree(text))).toEqual([]);
    expect(changes(tree(text), tree({ type: 'number' }))).toEqual([
      'POST /doors 200[].leaf: string → number',
      'POST /doors 200[].counts.*: string → number',
    ]);
  });
});
