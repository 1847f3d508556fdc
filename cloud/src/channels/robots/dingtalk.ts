import { createHmac } from 'node:crypto';
import type { Secret } from '@angrid/runtime';
import { cardText, cutMark, digestText } from '../card-text.js';
import type { Card, Channel, Target } from '../channel.js';
import { post } from '../post.js';
import { dingtalkCodes, outcomeOf } from './answer.js';
import { cardMarkdown, digestMarkdown } from './markdown.js';

/** The whole body stays under 20 kB; JSON may double a text. */
const TEXT_BYTES = 8000;

/** DingTalk 自定义机器人: signed in the query, in milliseconds. */
export const dingtalkChannel: Channel = {
  kind: 'dingtalk',
  async send(cards, target, at) {
    const url = new URL(target.address.reveal());
    const [secret] = target.secrets;
    if (secret !== undefined) {
      url.searchParams.set('timestamp', String(at.getTime()));
      url.searchParams.set('sign', dingtalkSign(secret, at));
    }
    return outcomeOf(await post({ url, body: JSON.stringify(bodyOf(cards, target, at)) }), dingtalkCodes, at);
  },
};

/** Base64; the query escapes it. */
export function dingtalkSign(secret: Secret, at: Date): string {
  const key = secret.reveal();
  return createHmac('sha256', key).update(`${at.getTime()}\n${key}`).digest('base64');
}

function bodyOf(cards: readonly [Card, ...Card[]], { locale }: Target, at: Date): object {
  const limit = { most: TEXT_BYTES, newline: '\n\n', cut: cutMark(locale) };
  const [first, ...more] = cards;
  if (more.length > 0) {
    const digest = digestText(cards, locale, at);
    return { msgtype: 'markdown', markdown: { title: digest.title, text: digestMarkdown(digest, limit) } };
  }
  const { link, ...card } = cardText(first, locale, at);
  const text = cardMarkdown({ ...card, link: undefined }, limit);
  if (link === undefined) return { msgtype: 'markdown', markdown: { title: card.title, text } };
  return {
    msgtype: 'actionCard',
    actionCard: { title: card.title, text, singleTitle: link.words, singleURL: link.url },
  };
}
