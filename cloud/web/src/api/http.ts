import { problemOfResponse, unreachable } from './problem.js';

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface HttpOptions {
  readonly fetch: typeof fetch;
  readonly csrf: () => string | undefined;
  readonly locale: () => string;
  /** The cloud says that there is no session any more. */
  readonly onSignedOut: () => void;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Calls the console API. Every refusal is thrown as an ApiProblem. */
export interface Http {
  get<T>(path: string, query?: Query): Promise<T>;
  /** The body is sent as JSON, a file as its bytes. */
  send<T = void>(method: Exclude<Method, 'GET'>, path: string, body?: unknown): Promise<T>;
  /** An answer that is read as it comes. */
  open(path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response>;
}

export function createHttp(options: HttpOptions): Http {
  const call = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = { 'Accept-Language': options.locale(), ...(init.headers as Record<string, string>) };
    const response = await reach(options.fetch, path, { credentials: 'same-origin', ...init, headers });
    if (response.ok) return response;
    const problem = await problemOfResponse(response);
    if (problem.code === 'auth.required') options.onSignedOut();
    throw problem;
  };
  return {
    get: async (path, query = {}) =>
      parse(await call(withQuery(path, query), { headers: { Accept: 'application/json' } })),
    send: async (method, path, body) => {
      const csrf = options.csrf();
      const headers: Record<string, string> = { Accept: 'application/json' };
      if (csrf !== undefined) headers['X-CSRF-Token'] = csrf;
      if (body === undefined) return parse(await call(path, { method, headers }));
      const isFile = body instanceof Blob;
      headers['Content-Type'] = isFile ? 'application/octet-stream' : 'application/json';
      return parse(await call(path, { method, headers, body: isFile ? body : JSON.stringify(body) }));
    },
    open: (path, headers, signal) => call(path, { headers, signal, cache: 'no-store' }),
  };
}

/** Leaves out what is empty, so that an unset filter is no filter. */
export function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    parameters.set(key, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

async function reach(doFetch: typeof fetch, path: string, init: RequestInit): Promise<Response> {
  try {
    return await doFetch(path, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw unreachable();
  }
}

async function parse<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
