import { AnGridError, definitionOf, type Locale } from '@angrid/contract';
import { catalogue, type Redactor } from '@angrid/runtime';
import type { View } from './print/view.js';
import { wrap } from './print/width.js';

const { translate } = catalogue({
  en: { error: 'Error {code}: {title}', of: '{title} ({subject})', cure: 'Cure: {hint}' },
  'zh-CN': { error: '错误 {code}：{title}', of: '{title}（{subject}）', cure: '处理：{hint}' },
});

export interface Failure {
  readonly code: string;
  readonly title: string;
  readonly subject?: string;
  readonly detail?: string;
  readonly hint: string;
  readonly retry: string;
  readonly exit: number;
}

/** What a person must know of an error, in their language and without secrets. */
export function failureOf(error: unknown, locale: Locale, redactor: Redactor): Failure {
  const known = error instanceof AnGridError ? error : unexpected(error);
  const { code, subject, detail } = known;
  return {
    code,
    title: known.title(locale),
    ...(subject !== undefined && { subject: redactor.redact(subject) }),
    ...(detail !== undefined && { detail: redactor.redact(detail) }),
    hint: known.hint(locale),
    retry: known.retry,
    exit: definitionOf(code).exit ?? 1,
  };
}

/** Code and title, the particulars, the cure. */
export function failureText({ code, title, subject, detail, hint }: Failure, view: View): string {
  const { locale } = view;
  const named = subject === undefined ? title : translate(locale, 'of', { title, subject });
  const lines = [view.paint('red', translate(locale, 'error', { code, title: named }))];
  for (const line of detail?.split('\n') ?? []) lines.push(...wrap(line, view.columns - 2).map((part) => `  ${part}`));
  lines.push(...wrap(translate(locale, 'cure', { hint }), view.columns));
  return lines.join('\n');
}

function unexpected(cause: unknown): AnGridError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new AnGridError('internal.unexpected', { op: 'cli.run', detail, cause });
}
