/** Shorter values stand in too many harmless words to be looked for. */
export const SHORTEST = 4;

/** Finds any of many known texts in a text, in one pass whose cost does not grow with their number. */
export class KnownValues {
  /** By their first four characters, the longest first. */
  readonly #byStart = new Map<string, string[]>();

  add(value: string): void {
    if (value.length < SHORTEST) return;
    const start = value.slice(0, SHORTEST);
    const sharing = this.#byStart.get(start) ?? [];
    if (sharing.includes(value)) return;
    sharing.push(value);
    sharing.sort((a, b) => b.length - a.length);
    this.#byStart.set(start, sharing);
  }

  replaceIn(text: string, mask: string): string {
    if (this.#byStart.size === 0) return text;
    let result = '';
    let copied = 0;
    for (let index = 0; index + SHORTEST <= text.length; index += 1) {
      const value = this.#byStart
        .get(text.slice(index, index + SHORTEST))
        ?.find((known) => text.startsWith(known, index));
      if (value === undefined) continue;
      result += text.slice(copied, index) + mask;
      copied = index + value.length;
      index = copied - 1;
    }
    return copied === 0 ? text : result + text.slice(copied);
  }
}
