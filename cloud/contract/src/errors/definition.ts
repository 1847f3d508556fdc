/** A text that a person reads, in both catalogues. */
export interface Localized {
  readonly 'zh-CN': string;
  readonly en: string;
}

export type Locale = keyof Localized;

/** now: the same call may succeed at once; later: after a pause; never: somebody must change something first. */
export type Retry = 'now' | 'later' | 'never';

export interface ErrorDefinition {
  /** What went wrong, without the subject. */
  readonly title: Localized;
  /** The cure, in plain words, for the person who reads it. */
  readonly hint: Localized;
  readonly retry: Retry;
  /** HTTP status where the cloud answers with this code (RFC 9457). */
  readonly http?: number;
  /** Exit status of the CLI; 1 where it is not given. */
  readonly exit?: number;
}

export function define<const T extends Record<string, ErrorDefinition>>(table: T): T {
  return table;
}
