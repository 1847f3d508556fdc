import { accessErrors } from './access.js';
import { cameraErrors } from './camera.js';
import { cloudErrors } from './cloud.js';
import { commonErrors } from './common.js';
import type { ErrorDefinition, Locale, Retry } from './definition.js';
import { gatewayErrors } from './gateway.js';

export type { ErrorDefinition, Locale, Localized, Retry } from './definition.js';

/** The one registry: every error that a person or another program can meet. */
export const errorRegistry = {
  ...commonErrors,
  ...gatewayErrors,
  ...cameraErrors,
  ...accessErrors,
  ...cloudErrors,
} as const;

export type ErrorCode = keyof typeof errorRegistry;

export interface ErrorDetails {
  /** The operation, as `area.verb`: `onvif.subscribe`. */
  readonly op: string;
  /** What it was done to: a device id, a file, a key. Never a secret and never a person. */
  readonly subject?: string;
  /** The particulars of this case, for the reader of the log. */
  readonly detail?: string;
  readonly cause?: unknown;
}

/** The one error class of the system. Title, hint and retry come from the registry. */
export class AnGridError extends Error {
  readonly code: ErrorCode;
  readonly op: string;
  readonly subject: string | undefined;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, details: ErrorDetails) {
    const where = details.subject === undefined ? details.op : `${details.op} ${details.subject}`;
    const what = errorRegistry[code].title.en;
    super(`${code} (${where}): ${details.detail === undefined ? what : `${what}: ${details.detail}`}`, {
      cause: details.cause,
    });
    this.name = 'AnGridError';
    this.code = code;
    this.op = details.op;
    this.subject = details.subject;
    this.detail = details.detail;
  }

  get retry(): Retry {
    return errorRegistry[this.code].retry;
  }

  title(locale: Locale): string {
    return errorRegistry[this.code].title[locale];
  }

  hint(locale: Locale): string {
    return errorRegistry[this.code].hint[locale];
  }
}

export function definitionOf(code: ErrorCode): ErrorDefinition {
  return errorRegistry[code];
}

export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(errorRegistry, value);
}
