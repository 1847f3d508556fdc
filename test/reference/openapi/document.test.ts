import type { DeclaredRoute } from '@angrid/cloud/platform/http/routes';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { documentOf } from './document.js';
import type { Handler } from './handlers.js';
import type { Part } from './schema.js';
import { operationsOf, structureFaults } from './structure.js';

const NAME = 'DoorsController.read';

function documented(route: Partial<DeclaredRoute>, handler: Partial<Handler> = {}): Part {
  const policy = { permission: 'doors.read', scope: 'caller', audit: 'none', ...route.policy } as const;
  const known: Handler = {
    ...{ description: '', answer: { type: 'string' }, reads: new Map(), declared: new Map(), answersRaw: false },
    ...handler,
  };
  const whole = { method: 'GET', path: '/api/doors/:id', handler: NAME, status: 200, ...route, policy };
  return documentOf([whole], { handlers: new Map([[NAME, known]]), components: new Map() }, '1.0.0');
}

const operation = (document: Part): Part | undefined => operationsOf(document)[0]?.operation;
const policy = (given: Partial<NonNullable<DeclaredRoute['policy']>>): Partial<DeclaredRoute> => ({
  policy: { permission: 'doors.read', scope: 'caller', audit: 'none', ...given },
});

describe('a route', () => {
  it('stands under its path and method, with its parameters, answer, problem and permission', () => {
    const document = documented({});
    expect(operationsOf(document)).toEqual([
      {
        at: 'GET /api/doors/{id}',
        path: '/api/doors/{id}',
        operation: {
          operationId: 'doors.read',
          tags: ['Doors'],
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: {
            '200': { description: 'the answer', content: { 'application/json': { schema: { type: 'string' } } } },
            default: { $ref: '#/components/responses/Problem' },
          },
          security: [{ session: [] }],
          'x-permission': 'doors.read',
        },
      },
    ]);
    expect(structureFaults(document)).toEqual([]);
  });

  it.each([
    ['public', 'POST', []],
    ['gateway', 'POST', [{ gateway: [] }]],
    ['doors.read', 'HEAD', [{ session: [] }]],
    ['doors.read', 'PUT', [{ session: [], csrf: [] }]],
  ])('of %s by %s asks for %j', (permission, method, security) => {
    expect(operation(documented({ method, ...policy({ permission }) }))?.['security']).toEqual(security);
  });

  it('may read alternatives: what each requires is required', () => {
    const query = z.union([z.object({ unit: z.string(), by: z.string() }), z.object({ by: z.string() })]);
    expect(operation(documented({ path: '/a', ...policy({ query }) }))?.['parameters']).toEqual([
      { name: 'unit', in: 'query', required: false, schema: { type: 'string' } },
      { name: 'by', in: 'query', required: true, schema: { type: 'string' } },
    ]);
  });

  it('takes an instant as a date-time, and a stream as its media type', () => {
    const body = z.object({ until: z.coerce.date() });
    expect(operation(documented(policy({ body })))?.['requestBody']).toMatchObject({
      content: { 'application/json': { schema: { properties: { until: { type: 'string', format: 'date-time' } } } } },
    });
    expect(operation(documented(policy({ bodyType: 'video/mp4' })))?.['requestBody']).toEqual({
      required: true,
      content: { 'video/mp4': {} },
    });
  });
});

describe('what a route does not say', () => {
  it.each<[string, Partial<Handler>]>([
    ['reads its body without a schema', { reads: new Map([['body', undefined]]) }],
    ['checks its query with filter, @Route says nothing', { reads: new Map([['query', 'filter']]) }],
    [
      'checks its body with newDoor, @Route says oldDoor',
      { reads: new Map([['body', 'newDoor']]), declared: new Map([['body', 'oldDoor']]) },
    ],
    ['@Route does not say answerType', { answersRaw: true }],
  ])('is refused: %s', (fault, handler) => {
    expect(() => documented({}, handler)).toThrow(`${NAME}: ${fault}`);
  });

  it('is refused where no controller holds its handler', () => {
    expect(() => documented({ handler: 'GatesController.read' })).toThrow('GatesController.read: not found');
  });
});

describe('a document that others cannot read', () => {
  const route = (parts: Part, path = '/a'): Part => ({
    ...{ openapi: '3.1.0', info: { title: 'a', version: '1' } },
    paths: { [path]: { get: { operationId: 'a', responses: {}, ...parts } } },
  });

  it.each<[string, Part]>([
    ['#/components/schemas/Gone: not there', route({ responses: { '200': { $ref: '#/components/schemas/Gone' } } })],
    ['GET /a/{id}: id is not declared', route({}, '/a/{id}')],
    ['GET /a: id is not in the path', route({ parameters: [{ name: 'id', in: 'path', required: true, schema: {} }] })],
    ['GET /a: q has no schema', route({ parameters: [{ name: 'q', in: 'query' }] })],
    ['openapi: not 3.1', { ...route({}), openapi: '3.0.0' }],
  ])('%s', (fault, document) => {
    expect(structureFaults(document)).toEqual([fault]);
  });
});
