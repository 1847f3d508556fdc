/**
 * The text in at most `most` bytes of UTF-8, cut between two characters; what was cut off is replaced by `mark`. The
 * mark alone must fit.
 */
export function cutToBytes(text: string, most: number, mark: string): string {
  if (Buffer.byteLength(text) <= most) return text;
  let left = most - Buffer.byteLength(mark);
  let end = 0;
  for (const character of text) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    end += character.length;
  }
  return `${text.slice(0, end)}${mark}`;
}
