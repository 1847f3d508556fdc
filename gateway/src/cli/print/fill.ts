export type Values = Readonly<Record<string, string | number>>;

/** The text with its `{name}` placeholders filled in; one without a value becomes nothing. */
export function fill(text: string, values: Values): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
