import { AnGridError } from '@angrid/contract';
import type { z } from 'zod';

export interface ControlCall {
  /** The named groups of the path, in order. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}

export type Answer = { readonly json: unknown } | { readonly stream: AsyncIterable<unknown> };

export interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: RegExp;
  handle(call: ControlCall): Promise<Answer> | Answer;
}

/** `/devices/:id` → a pattern with one group. */
export function route(
  method: ControlRoute['method'],
  path: string,
  handle: (call: ControlCall) => Promise<Answer> | Answer,
): ControlRoute {
  const pattern = path.replaceAll(/:([a-z]+)/gi, '(?<$1>[^/]+)');
  return { method, path: new RegExp(`^${pattern}$`), handle };
}

/** The parsed body, or `input.invalid` naming each field at fault. */
export function bodyAs<S extends z.ZodType>(schema: S, { body }: ControlCall, op: string): z.output<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const detail = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');
  throw new AnGridError('input.invalid', { op, detail });
}
