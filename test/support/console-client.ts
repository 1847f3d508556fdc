/** A person's session at the console's API, over plain HTTP on this machine. */
export class ConsoleClient {
  private cookie = '';
  private csrf = '';

  constructor(readonly base: string) {}

  /** Sets the password behind a one-time link and is signed in. */
  async setUp(link: string, password: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
    const code = link.includes('#') ? (link.split('#')[1] ?? '') : link;
    this.remember(await this.post<{ csrf: string }>('/api/setup', { link: code, password, ...more }));
  }

  async signIn(login: string, password: string): Promise<void> {
    this.remember(await this.post<{ csrf: string }>('/api/session', { login, password }));
  }

  get<T>(path: string): Promise<T> {
    return this.json<T>('GET', path);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.json<T>('POST', path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.json<T>('PUT', path, body);
  }

  async bytes(path: string): Promise<Buffer> {
    const response = await this.call('GET', path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return Buffer.from(await response.arrayBuffer());
  }

  /** The raw answer, for tests of refusals and streams. */
  async call(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    const response = await fetch(`${this.base}${path}`, {
      method,
      redirect: 'error',
      headers: {
        ...(this.cookie !== '' && { cookie: this.cookie }),
        ...(this.csrf !== '' && { 'x-csrf-token': this.csrf }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    const cookie = response.headers.getSetCookie()[0];
    if (cookie !== undefined) this.cookie = cookie.split(';')[0] ?? '';
    return response;
  }

  private async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.call(method, path, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  private remember(session: { csrf: string }): void {
    this.csrf = session.csrf;
  }
}
