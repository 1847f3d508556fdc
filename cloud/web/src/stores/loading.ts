import { onMounted, type Ref, shallowRef } from 'vue';

export interface Loading<T> {
  readonly data: Readonly<Ref<T | undefined>>;
  readonly error: Readonly<Ref<unknown>>;
  readonly busy: Readonly<Ref<boolean>>;
  load(): Promise<void>;
}

/** What a page loads when it opens. An answer that a later call has overtaken is left aside. */
export function useLoading<T>(fetch: () => Promise<T>): Loading<T> {
  const data = shallowRef<T>();
  const error = shallowRef<unknown>();
  const busy = shallowRef(false);
  let latest = 0;
  const load = async (): Promise<void> => {
    latest += 1;
    const mine = latest;
    busy.value = true;
    try {
      const found = await fetch();
      if (mine !== latest) return;
      data.value = found;
      error.value = undefined;
    } catch (caught) {
      if (mine === latest) error.value = caught;
    } finally {
      if (mine === latest) busy.value = false;
    }
  };
  onMounted(load);
  return { data, error, busy, load };
}
