import type { TemporaryCloud } from './temporary-cloud.js';

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

/** A browser as far as the API sees one: keeps its cookie and sends its token. */
export class ConsoleClient {
  cookie = '';
  csrf = '';

  constructor(readonly url: string) {}

  async call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const headers: Record<string, string> = { cookie: this.cookie, 'x-csrf-token': this.csrf };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(`${this.url}${path}`, init);
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(';')[0] ?? '';
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    const parsed = (text === '' ? {} : isJson ? JSON.parse(text) : text) as T;
    if (typeof parsed === 'object' && parsed !== null && 'csrf' in parsed) this.csrf = String(parsed.csrf);
    return { status: response.status, body: parsed, headers: response.headers };
  }

  get<T = Record<string, unknown>>(path: string): Promise<Answer<T>> {
    return this.call<T>('GET', path);
  }

  post<T = Record<string, unknown>>(path: string, body: unknown = {}): Promise<Answer<T>> {
    return this.call<T>('POST', path, body);
  }
}

export const PASSWORD = 'correct horse battery';

/** The first administrator of a fresh cloud, signed in. */
export async function firstAdministrator(cloud: Pick<TemporaryCloud, 'url' | 'setupLink'>): Promise<ConsoleClient> {
  const client = new ConsoleClient(cloud.url);
  const link = cloud.setupLink?.split('#')[1];
  const { status } = await client.post('/api/setup', { link, login: 'admin', label: '管理员', password: PASSWORD });
  if (status !== 200) throw new Error(`set-up answered ${status}`);
  return client;
}
