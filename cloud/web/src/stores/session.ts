import { computed, type ComputedRef, type InjectionKey, type Ref, shallowRef } from 'vue';
import type { Api } from '../api/index.js';
import { ApiProblem } from '../api/problem.js';
import type { Credentials, SetupForm } from '../api/session.js';
import type { Session } from '../api/types.js';
import { may, type Ability } from '../session/abilities.js';
import { required } from './inject.js';

export interface SessionStore {
  readonly session: Readonly<Ref<Session | undefined>>;
  readonly signedIn: ComputedRef<boolean>;
  /** Asks the cloud once whether this browser has a session. Throws ApiProblem where the cloud does not answer. */
  restore(): Promise<boolean>;
  signIn(credentials: Credentials): Promise<void>;
  setUp(form: SetupForm): Promise<void>;
  /** Reads anew what the session may. */
  refresh(): Promise<void>;
  signOut(): Promise<void>;
  /** The cloud knows no session any more. */
  forget(): void;
  can(ability: Ability): boolean;
}

export const sessionKey: InjectionKey<SessionStore> = Symbol('session');
export const useSession = (): SessionStore => required(sessionKey);

export function createSession(api: Pick<Api, 'session'>, session: Ref<Session | undefined>): SessionStore {
  const asked = shallowRef(false);
  return {
    session,
    signedIn: computed(() => session.value !== undefined),
    restore: async () => {
      if (asked.value) return session.value !== undefined;
      session.value = await api.session.current().catch(noSession);
      asked.value = true;
      return session.value !== undefined;
    },
    signIn: async (credentials) => {
      session.value = await api.session.signIn(credentials);
      asked.value = true;
    },
    setUp: async (form) => {
      session.value = await api.session.setUp(form);
      asked.value = true;
    },
    refresh: async () => {
      session.value = await api.session.current();
    },
    signOut: async () => {
      await api.session.signOut();
      session.value = undefined;
    },
    forget: () => {
      session.value = undefined;
    },
    can: (ability) => may(session.value, ability),
  };
}

function noSession(error: unknown): undefined {
  if (error instanceof ApiProblem && error.status === 401) return undefined;
  throw error;
}
