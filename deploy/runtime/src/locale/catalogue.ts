import type { Locale } from '@angrid/contract';

type PlaceholdersIn<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PlaceholdersIn<Rest>
  : never;

type Values<T extends string> = [PlaceholdersIn<T>] extends [never]
  ? []
  : [values: { readonly [K in PlaceholdersIn<T>]: string | number }];

export interface Catalogue<E extends Record<string, string>> {
  /** The text in the language, its `{name}` placeholders filled in. */
  translate<K extends keyof E & string>(locale: Locale, key: K, ...values: Values<E[K]>): string;
}

/**
 * Texts in both languages. The compiler demands the same keys in both and a value for each placeholder; TypeError
 * where the placeholders of the two languages differ.
 */
export function catalogue<const E extends Record<string, string>>(texts: {
  readonly en: E;
  readonly 'zh-CN': { readonly [K in keyof NoInfer<E>]: string };
}): Catalogue<E> {
  const { en, 'zh-CN': chinese } = texts;
  for (const [key, text] of Object.entries(en)) {
    const [here, there] = [placeholdersIn(text), placeholdersIn(chinese[key] ?? '')];
    if (here !== there) throw new TypeError(`the placeholders of "${key}" differ: en has "${here}", zh-CN "${there}"`);
  }
  return {
    translate(locale, key, ...[values = {}]) {
      const given: Readonly<Record<string, string | number>> = values;
      return texts[locale][key].replaceAll(/\{(\w+)\}/g, (placeholder, name: string) =>
        String(given[name] ?? placeholder),
      );
    },
  };
}

function placeholdersIn(text: string): string {
  const names = [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return [...new Set(names)].sort().join(', ');
}
