/** Control characters but for the line break, and those that turn the direction of writing. */
const UNSAFE = /(?!\n)[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The sequences that `View.paint` makes. */
const COLOUR = new RegExp(`(${String.fromCharCode(27)}\\[(?:1|2|22|31|32|33|39)m)`);

/** Text of devices as it may reach a terminal: nothing in it moves the cursor, sets a colour or hides what follows. */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE, (character) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}`);
}

/** JSON that is safe to print: JSON itself lets some control characters stand. */
export function jsonLine(value: unknown): string {
  return printable(JSON.stringify(value ?? null));
}

/** What is printed in the end: only the colours of this program are left of all control characters. */
export function painted(text: string): string {
  return text
    .split(COLOUR)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');
}
