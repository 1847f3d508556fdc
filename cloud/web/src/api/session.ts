import type { Http } from './http.js';
import type { Session } from './types.js';

export interface SetupLink {
  readonly login?: string;
  /** first: makes the first administrator; password: sets the password of an account. */
  readonly kind: 'first' | 'password';
}

export interface SetupForm {
  readonly link: string;
  readonly login?: string;
  readonly label?: string;
  readonly password: string;
}

export const sessionApi = (http: Http) => ({
  current: () => http.get<Session>('/api/session'),
  signIn: (login: string, password: string) => http.send<Session>('POST', '/api/session', { login, password }),
  signOut: () => http.send('DELETE', '/api/session'),
  setupLink: (link: string) => http.get<SetupLink>(`/api/setup/${encodeURIComponent(link)}`),
  setUp: (form: SetupForm) => http.send<Session>('POST', '/api/setup', form),
});
