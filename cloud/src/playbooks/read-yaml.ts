import { AnGridError } from '@angrid/contract';
import { parse } from 'yaml';
import type { z } from 'zod';

/** A file of governance is at most this many characters. */
const MAX_LENGTH = 512 * 1024;
const MAX_FAULTS = 24;

/**
 * Reads a YAML text by a schema. Throws `playbook.invalid` that names the path of every mistake.
 * @param origin The file's name, for the message.
 */
export function readYaml<S extends z.ZodType>(schema: S, text: string, origin: string): z.output<S> {
  if (text.length > MAX_LENGTH) throw invalid(origin, ['larger than 512 KiB']);
  const parsed = schema.safeParse(parseYaml(text, origin), { reportInput: true });
  if (parsed.success) return parsed.data;
  throw invalid(
    origin,
    parsed.error.issues.slice(0, MAX_FAULTS).map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`),
  );
}

/** Plain data only: no tags, no key twice, few aliases. */
function parseYaml(text: string, origin: string): unknown {
  try {
    return parse(text, { maxAliasCount: 64, uniqueKeys: true, strict: true, schema: 'core' });
  } catch (cause) {
    throw invalid(origin, [cause instanceof Error ? cause.message : String(cause)]);
  }
}

function invalid(origin: string, faults: readonly string[]): AnGridError {
  return new AnGridError('playbook.invalid', { op: 'playbook.read', subject: origin, detail: faults.join('; ') });
}
