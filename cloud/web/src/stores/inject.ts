import { inject, type InjectionKey } from 'vue';

/** What main.ts provided under the key; a page outside the application is a mistake of the program. */
export function required<T>(key: InjectionKey<T>): T {
  const value = inject(key);
  if (value === undefined) throw new Error(`nothing is provided for ${String(key.description)}`);
  return value;
}
