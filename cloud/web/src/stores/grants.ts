import { type InjectionKey, type Ref, shallowRef } from 'vue';
import type { Api } from '../api/index.js';
import type { Grant } from '../api/types.js';
import { required } from './inject.js';
import type { ServerTime } from './server-time.js';

/** Permissions to look at evidence, for this page's life only: no picture is shown without one. */
export interface GrantStore {
  /** The grant of an incident while it holds. */
  grantOf(incident: string): Grant | undefined;
  /** Asks for a grant; the reason goes into the audit log. */
  ask(incident: string, reason: string): Promise<Grant>;
  /** Incident for which a reason is being asked. */
  readonly asking: Ref<string | undefined>;
  forgetAll(): void;
}

export const grantsKey: InjectionKey<GrantStore> = Symbol('grants');
export const useGrants = (): GrantStore => required(grantsKey);

export function createGrants(api: Pick<Api, 'incidents'>, time: ServerTime): GrantStore {
  const grants = shallowRef<ReadonlyMap<string, Grant>>(new Map());
  const asking = shallowRef<string>();
  return {
    asking,
    grantOf: (incident) => {
      const grant = grants.value.get(incident);
      return grant && Date.parse(grant.expiresAt) > time.now.value ? grant : undefined;
    },
    ask: async (incident, reason) => {
      const grant = await api.incidents.grant(incident, reason);
      grants.value = new Map(grants.value).set(incident, grant);
      return grant;
    },
    forgetAll: () => {
      grants.value = new Map();
      asking.value = undefined;
    },
  };
}
