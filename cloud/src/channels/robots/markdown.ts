import type { CardText, DigestText } from '../card-text.js';
import { cutToBytes } from '../cut.js';

export interface MarkdownLimit {
  readonly most: number;
  /** Between two lines: what the chat takes for a new line. */
  readonly newline: string;
  readonly cut: string;
}

/** Facts, then the link: what is too long loses of its facts, never of its link. */
export function cardMarkdown({ title, lines, link, foot }: CardText, { most, newline, cut }: MarkdownLimit): string {
  const head = `**${title}**${newline}`;
  const end = `${newline}${link === undefined ? '' : `[${link.words}](${link.url})${newline}`}${foot}`;
  const left = most - Buffer.byteLength(head) - Buffer.byteLength(end);
  return `${head}${cutToBytes(lines.join(newline), left, cut)}${end}`;
}

export function digestMarkdown(
  { title, lines, words, foot }: DigestText,
  { most, newline, cut }: MarkdownLimit,
): string {
  const head = `**${title}**${newline}`;
  const end = `${newline}${foot}`;
  const said = lines.map(({ text, url }) => (url === undefined ? text : `${text} [${words}](${url})`));
  const left = most - Buffer.byteLength(head) - Buffer.byteLength(end);
  return `${head}${cutToBytes(said.join(newline), left, cut)}${end}`;
}
