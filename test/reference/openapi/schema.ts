/** What a document of JSON consists of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 uses it. */
export interface Schema {
  readonly [key: string]: Json | undefined;
}

/** Parameters, answers and the like: an object of the document. */
export type Part = Schema;

export const COMPONENT = '#/components/schemas/';

export function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
