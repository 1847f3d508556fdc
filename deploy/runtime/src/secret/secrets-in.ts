import { Secret } from './secret.js';

/** Every secret in a tree of settings, for `redactor.register`. */
export function secretsIn(value: unknown): Secret[] {
  if (value instanceof Secret) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(secretsIn);
}
