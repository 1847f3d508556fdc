import { errorRegistry, problemSchema } from '@angrid/contract';
import type { DeclaredRoute } from '@angrid/cloud/platform/http/routes';
import { z } from 'zod';
import type { Handler, Handlers } from './handlers.js';
import { isObject, type Part, type Schema } from './schema.js';

const SAFE = new Set(['GET', 'HEAD']);
const PROBLEM = { $ref: '#/components/responses/Problem' } as const;

/** The interface of the cloud as OpenAPI 3.1. Throws TypeError naming each route that does not say what it takes. */
export function documentOf(
  routes: readonly DeclaredRoute[],
  { handlers, components }: Handlers,
  version: string,
): Part {
  const faults = routes.flatMap((route) => faultsOf(route, handlers.get(route.handler)));
  if (faults.length > 0) throw new TypeError(faults.join('\n'));
  const paths: Record<string, Record<string, Part>> = {};
  for (const route of [...routes].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
    const operations = (paths[templateOf(route.path)] ??= {});
    operations[route.method.toLowerCase()] = operationOf(route, handlers.get(route.handler));
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'AnGrid 安格 cloud',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'Made by `npm run reference` from routes, schemas and types of the answers.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem: problem(), ...sorted(components) },
      responses: {
        Problem: {
          description: 'RFC 9457 problem details with a code of the registry (errors.md).',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'angrid_session' },
        csrf: { type: 'apiKey', in: 'header', name: 'X-CSRF-Token', description: 'The `csrf` of the session.' },
        gateway: { type: 'http', scheme: 'bearer', description: 'Answered by `/v1/gateway/token`.' },
      },
    },
  };
}

function faultsOf({ handler: name, policy }: DeclaredRoute, handler: Handler | undefined): readonly string[] {
  if (handler === undefined || policy === undefined) return [`${name}: not found in the sources of the controllers`];
  const faults: string[] = [];
  for (const [part, validator] of handler.reads) {
    const declared = handler.declared.get(part);
    if (validator === undefined) faults.push(`${name}: reads its ${part} without a schema`);
    else if (declared !== validator) {
      faults.push(`${name}: checks its ${part} with ${validator}, @Route says ${declared ?? 'nothing'}`);
    }
  }
  if (handler.answersRaw && policy.answerType === undefined) faults.push(`${name}: @Route does not say answerType`);
  return faults;
}

/** `/api/incidents/:id` → `/api/incidents/{id}`. */
function templateOf(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

function operationOf(route: DeclaredRoute, handler: Handler | undefined): Part {
  const { policy, path, method } = route;
  const [controller = '', name = ''] = route.handler.split('.');
  const tag = controller.replace(/Controller$/, '');
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, parameter = '']) => ({
    ...{ name: parameter, in: 'path', required: true },
    schema: { type: 'string' },
  }));
  const parameters = [...inPath, ...(policy?.query ? queryParameters(jsonSchema(policy.query)) : [])];
  return {
    operationId: `${tag.charAt(0).toLowerCase()}${tag.slice(1)}.${name}`,
    tags: [tag],
    ...(handler?.description ? { description: handler.description } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(policy?.body || policy?.bodyType ? { requestBody: bodyOf(policy) } : {}),
    responses: { [String(route.status)]: answerOf(route, handler), default: PROBLEM },
    security: securityOf(policy?.permission, method),
    'x-permission': policy?.permission,
  };
}

function bodyOf({ body, bodyType = 'application/json' }: NonNullable<DeclaredRoute['policy']>): Part {
  return { required: true, content: { [bodyType]: body ? { schema: jsonSchema(body) } : {} } };
}

function answerOf({ policy, status }: DeclaredRoute, handler: Handler | undefined): Part {
  const description = status === 204 ? 'done' : status === 202 ? 'accepted' : 'the answer';
  const answer = handler?.answer;
  if (policy?.answerType !== undefined) return { description, content: { [policy.answerType]: {} } };
  return answer ? { description, content: { 'application/json': { schema: answer } } } : { description };
}

function securityOf(permission: string | undefined, method: string): readonly Part[] {
  if (permission === 'public') return [];
  if (permission === 'gateway') return [{ gateway: [] }];
  return [SAFE.has(method) ? { session: [] } : { session: [], csrf: [] }];
}

function problem(): Schema {
  const schema = jsonSchema(problemSchema);
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return {
    ...schema,
    properties: { ...properties, code: { type: 'string', enum: Object.keys(errorRegistry).sort() } },
  };
}

function sorted(components: ReadonlyMap<string, Schema>): Readonly<Record<string, Schema>> {
  return Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a caller sends. An instant is a date-time; what JSON Schema cannot say is left open. */
export function jsonSchema(schema: z.ZodType): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: made }) => {
      if (zodSchema._zod.def.type === 'date') Object.assign(made, { type: 'string', format: 'date-time' });
    },
  });
  return JSON.parse(JSON.stringify(rest)) as Schema;
}

/** Of alternatives, every parameter; what each of them requires is required. */
function queryParameters(schema: Schema): readonly Part[] {
  const variants = Array.isArray(schema['anyOf']) ? schema['anyOf'].filter(isObject) : [schema];
  const parameters = new Map<string, Schema>();
  for (const { properties } of variants) {
    for (const [name, one] of Object.entries(properties ?? {})) if (isObject(one)) parameters.set(name, one);
  }
  const requires = ({ required }: Schema, name: string): boolean => Array.isArray(required) && required.includes(name);
  return [...parameters].map(([name, one]) => ({
    ...{ name, in: 'query', required: variants.every((variant) => requires(variant, name)) },
    schema: one,
  }));
}
