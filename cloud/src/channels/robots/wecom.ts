import { cardText, cutMark, digestText } from '../card-text.js';
import type { Card, Channel, Target } from '../channel.js';
import { post } from '../post.js';
import { outcomeOf, wecomCodes } from './answer.js';
import { cardMarkdown, digestMarkdown } from './markdown.js';

/** Bytes of a markdown message; above it the robot answers 40058. */
const MARKDOWN_BYTES = 4096;

/** WeCom 群机器人: no signature, the key in the URL is the secret. */
export const wecomChannel: Channel = {
  kind: 'wecom',
  async send(cards, target, at) {
    const body = JSON.stringify({ msgtype: 'markdown', markdown: { content: contentOf(cards, target, at) } });
    return outcomeOf(await post({ url: new URL(target.address.reveal()), body }), wecomCodes, at);
  },
};

function contentOf(cards: readonly [Card, ...Card[]], { locale }: Target, at: Date): string {
  const limit = { most: MARKDOWN_BYTES, newline: '\n', cut: cutMark(locale) };
  const [first, ...more] = cards;
  return more.length === 0
    ? cardMarkdown(cardText(first, locale, at), limit)
    : digestMarkdown(digestText(cards, locale, at), limit);
}
