import { isErrorCode, errorRegistry, type Locale, type Retry } from '@angrid/contract';

/** An answer of RFC 9457 kind, or no answer at all (`network.unreachable`). */
export class ApiProblem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    private readonly said: { readonly title?: string; readonly hint?: string; readonly detail?: string } = {},
    readonly retry: Retry = 'later',
  ) {
    super(`${code} (${status})`);
    this.name = 'ApiProblem';
  }

  get detail(): string | undefined {
    return this.said.detail;
  }

  /** In the reader's language where this console knows the code, else as the cloud said it. */
  title(locale: Locale): string | undefined {
    return isErrorCode(this.code) ? errorRegistry[this.code].title[locale] : this.said.title;
  }

  hint(locale: Locale): string | undefined {
    return isErrorCode(this.code) ? errorRegistry[this.code].hint[locale] : this.said.hint;
  }
}

export const unreachable = (): ApiProblem => new ApiProblem('network.unreachable', 0);

/** The problem that a refusing answer carries; never throws, whatever the body is. */
export async function problemOfResponse(response: Response): Promise<ApiProblem> {
  const body = await readJson(response);
  const code = textOf(body, 'code') ?? (response.status === 401 ? 'auth.required' : 'internal.unexpected');
  const said = { title: textOf(body, 'title'), hint: textOf(body, 'hint'), detail: textOf(body, 'detail') };
  const retry = textOf(body, 'retry');
  return new ApiProblem(code, response.status, said, retry === 'now' || retry === 'never' ? retry : 'later');
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function textOf(body: unknown, key: string): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const value: unknown = Reflect.get(body, key);
  return typeof value === 'string' ? value : undefined;
}
