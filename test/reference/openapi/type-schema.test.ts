import { expect, it, test } from '@jest/globals';
import ts from 'typescript';
import { type Handlers, handlersOf } from './handlers.js';
import type { Schema } from './schema.js';

const FILE = '/doors.controller.ts';

/** Enough of a library for the compiler, and nothing that has to be read from a disk. */
const LIBRARY = `
  declare function Route(policy: object): void;
  interface Date { toJSON(): string }
  interface Array<T> { length: number; [n: number]: T }
  interface ReadonlyArray<T> { length: number; [n: number]: T }
  type Record<K extends string, T> = { [P in K]: T };
  interface Promise<T> { then(done: (value: T) => void): void }`;

function handlersIn(declarations: string): Handlers {
  const source = `${LIBRARY}\n${declarations}`;
  const options: ts.CompilerOptions = { noLib: true, types: [], strict: true, target: ts.ScriptTarget.ES2023 };
  const parsed = ts.createSourceFile(FILE, source, ts.ScriptTarget.ES2023, true);
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost(options),
    fileExists: (name) => name === FILE,
    readFile: (name) => (name === FILE ? source : undefined),
    getSourceFile: (name) => (name === FILE ? parsed : undefined),
  };
  return handlersOf(ts.createProgram([FILE], options, host), [FILE]);
}

/** What one route answers whose handler returns `type`. */
function answerOf(type: string, declarations = ''): { answer: Schema | undefined; components: Record<string, Schema> } {
  const controller = `class DoorsController { @Route({}) read(): Promise<${type}> { throw 0; } }`;
  const { handlers, components } = handlersIn(`${declarations}\n${controller}`);
  return { answer: handlers.get('DoorsController.read')?.answer, components: Object.fromEntries(components) };
}

test.each<[string, Schema]>([
  ['string', { type: 'string' }],
  ['number', { type: 'number' }],
  ['boolean', { type: 'boolean' }],
  ['unknown', {}],
  ['object', { type: 'object' }],
  ['Date', { type: 'string', format: 'date-time' }],
  ["'open'", { type: 'string', const: 'open' }],
  ["'shut' | 'open'", { type: 'string', enum: ['open', 'shut'] }],
  ["'open' | null", { type: ['null', 'string'], enum: [null, 'open'] }],
  ['Date | null', { anyOf: [{ type: 'null' }, { type: 'string', format: 'date-time' }] }],
  ['boolean | string', { anyOf: [{ type: 'boolean' }, { type: 'string' }] }],
  ['readonly string[]', { type: 'array', items: { type: 'string' } }],
  ['Record<string, number>', { type: 'object', additionalProperties: { type: 'number' } }],
  ["Record<'a', number>", { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] }],
  ["string & { brand: 'Id' }", { type: 'string' }],
  [
    '{ a: string; b?: number; call(): void }',
    { type: 'object', properties: { a: { type: 'string' }, b: { type: 'number' } }, required: ['a'] },
  ],
])('%s', (type, schema) => {
  expect(answerOf(type).answer).toEqual(schema);
});

it('answers nothing where the handler returns nothing', () => {
  expect(answerOf('void').answer).toBeUndefined();
});

it('makes a component of each type with a name, also of one that holds itself, with what is written above it', () => {
  const { answer, components } = answerOf(
    'readonly Unit[]',
    `interface Unit {
      /** As on the map. */
      readonly name: string;
      readonly children: readonly Unit[];
    }`,
  );
  expect(answer).toEqual({ type: 'array', items: { $ref: '#/components/schemas/Unit' } });
  expect(components).toEqual({
    Unit: {
      type: 'object',
      properties: {
        name: { type: 'string', description: 'As on the map.' },
        children: { type: 'array', items: { $ref: '#/components/schemas/Unit' } },
      },
      required: ['name', 'children'],
    },
  });
});

it('finds what a handler reads with which schema, and what its route says', () => {
  const declarations = `
    declare function validated(...all: unknown[]): void;
    declare function Body(): void;
    declare function Query(): void;
    class GatesController {
      @Route({ permission: 'x', body: gateSchema })
      add(@Body() body: unknown): void { validated(gateSchema, body ?? {}, 'add'); }
      @Route({ query: filterSchema })
      list(@Query() query: unknown): void { this.filter(query); }
      @Route({})
      careless(@Body() body: unknown): void { body; }
      private filter(given: unknown): void { filterSchema.safeParse(given); }
    }`;
  const { handlers } = handlersIn(declarations);
  const told = [...handlers].map(([name, { reads, declared }]) => [
    name,
    ...reads,
    declared.get('body') ?? declared.get('query'),
  ]);
  expect(told).toEqual([
    ['GatesController.add', ['body', 'gateSchema'], 'gateSchema'],
    ['GatesController.list', ['query', 'filterSchema'], 'filterSchema'],
    ['GatesController.careless', ['body', undefined], undefined],
  ]);
});
