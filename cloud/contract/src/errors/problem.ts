import { z } from 'zod';
import { AnGridError, definitionOf, type ErrorCode, isErrorCode, type Locale } from './index.js';

/** RFC 9457 problem details. `type` is a stable URN per code; `hint` and `retry` are extension members. */
export const problemSchema = z.object({
  type: z.string().startsWith('urn:angrid:error:'),
  title: z.string(),
  status: z.number().int().min(400).max(599),
  detail: z.string().optional(),
  instance: z.string().optional(),
  code: z.string(),
  hint: z.string(),
  retry: z.enum(['now', 'later', 'never']),
});
export type Problem = z.infer<typeof problemSchema>;

export function problemOf(error: AnGridError, locale: Locale): Problem {
  const definition = definitionOf(error.code);
  return {
    type: `urn:angrid:error:${error.code}`,
    title: error.title(locale),
    status: definition.http ?? 500,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    code: error.code,
    hint: error.hint(locale),
    retry: definition.retry,
  };
}

/** The typed error behind a problem that another program sent; an unknown code becomes `fallback`. */
export function errorOfProblem(body: unknown, op: string, fallback: ErrorCode): AnGridError {
  const parsed = problemSchema.safeParse(body);
  if (!parsed.success) return new AnGridError(fallback, { op });
  const { code, detail } = parsed.data;
  return new AnGridError(isErrorCode(code) ? code : fallback, { op, ...(detail === undefined ? {} : { detail }) });
}
