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
  readonly code?: string;
}

export interface Credentials {
  readonly login: string;
  readonly password: string;
  /** Of the authenticator app, or a recovery code; asked for once the password is right. */
  readonly code?: string;
}

export interface SecondFactor {
  readonly since: string | null;
  readonly recoveryCodesLeft: number;
}

export interface SecondFactorOffer {
  /** Base 32. */
  readonly secret: string;
  /** The same as otpauth://… */
  readonly uri: string;
}

const SECOND_FACTOR = '/api/session/second-factor';

export const sessionApi = (http: Http) => ({
  current: () => http.get<Session>('/api/session'),
  signIn: (credentials: Credentials) => http.send<Session>('POST', '/api/session', credentials),
  signOut: () => http.send('DELETE', '/api/session'),
  setupLink: (link: string) => http.get<SetupLink>(`/api/setup/${encodeURIComponent(link)}`),
  setUp: (form: SetupForm) => http.send<Session>('POST', '/api/setup', form),
  secondFactor: () => http.get<SecondFactor>(SECOND_FACTOR),
  offerSecondFactor: (password: string) => http.send<SecondFactorOffer>('POST', SECOND_FACTOR, { password }),
  confirmSecondFactor: async (code: string) =>
    (await http.send<{ recoveryCodes: readonly string[] }>('POST', `${SECOND_FACTOR}/confirm`, { code })).recoveryCodes,
  removeSecondFactor: (password: string, code: string) =>
    http.send('POST', `${SECOND_FACTOR}/remove`, { password, code }),
});
