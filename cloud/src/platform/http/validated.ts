import { AnGridError } from '@angrid/contract';
import type { z } from 'zod';

/** The parsed input, or `input.invalid` naming each field at fault. */
export function validated<S extends z.ZodType>(schema: S, input: unknown, op: string): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 8).map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new AnGridError('input.invalid', { op, detail: faults.join('; ') });
}
