import { AnGridError } from '@angrid/contract';
import { parse } from 'yaml';
import { explain } from './explain.js';
import { type Profile, profileSchema } from './profile.js';

/** A profile file is at most this many characters. */
const MAX_LENGTH = 1024 * 1024;

/**
 * Reads the text of a profile. Throws `profile.invalid` that names every mistake.
 * @param origin The file's name, for the message.
 */
export function parseProfile(text: string, origin: string): Profile {
  if (text.length > MAX_LENGTH) throw invalidProfile(origin, ['the file is larger than 1 MiB']);
  const result = profileSchema.safeParse(parseYaml(text, origin));
  if (!result.success) throw invalidProfile(origin, explain(result.error.issues));
  return result.data;
}

function parseYaml(text: string, origin: string): unknown {
  try {
    return parse(text, { schema: 'core', uniqueKeys: true, maxAliasCount: 32 }) as unknown;
  } catch (cause) {
    throw invalidProfile(origin, [cause instanceof Error ? cause.message : String(cause)], cause);
  }
}

export function invalidProfile(origin: string, mistakes: readonly string[], cause?: unknown): AnGridError {
  return new AnGridError('profile.invalid', {
    op: 'profile.load',
    subject: origin,
    detail: mistakes.join('; '),
    cause,
  });
}
