import { AnGridError, type ErrorCode, type Locale, type Localized } from '@angrid/contract';

/** One thing that a person must correct. */
export interface Mistake {
  readonly code: ErrorCode;
  /** Where it stands: `gateway.yaml:7 broker.tls.port`, the name of a variable, or the key that is missing. */
  readonly where: string;
  readonly reason: Localized;
}

export function sentenceOf(mistake: Mistake, locale: Locale): string {
  return locale === 'en' ? `${mistake.where}: ${mistake.reason.en}` : `${mistake.where}：${mistake.reason['zh-CN']}`;
}

/** All mistakes as one error: the code of the first, and every sentence in the detail. */
export function errorOf(mistakes: readonly [Mistake, ...Mistake[]]): AnGridError {
  const detail = mistakes.map((mistake) => sentenceOf(mistake, 'en')).join('\n');
  return new AnGridError(mistakes[0].code, { op: 'settings.load', detail });
}
