import { computed, type ComputedRef } from 'vue';
import type { Unit } from '../api/types.js';
import { useApi } from './api.js';
import { useLoading } from './loading.js';

/** The units of every tree that the person sees, for a list to choose from. */
export function useUnits(): { readonly units: ComputedRef<readonly Unit[]>; readonly load: () => Promise<void> } {
  const api = useApi();
  const { data, load } = useLoading(async () => (await api.devices.trees()).flatMap(({ units }) => units));
  return { units: computed(() => data.value ?? []), load };
}
