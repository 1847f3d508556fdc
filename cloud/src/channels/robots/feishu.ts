import { createHmac } from 'node:crypto';
import type { Secret } from '@angrid/runtime';
import { type CardText, cardText, cutMark, type DigestText, digestText } from '../card-text.js';
import type { Card, Channel, Target } from '../channel.js';
import { cutToBytes } from '../cut.js';
import { post } from '../post.js';
import { feishuCodes, outcomeOf } from './answer.js';

/** The whole body stays under 20 kB; JSON may double a text. */
const TEXT_BYTES = 8000;
const colours = { 1: 'red', 2: 'orange', 3: 'yellow', 4: 'blue' } as const;

/** Feishu 自定义机器人: signed in the body, in seconds. */
export const feishuChannel: Channel = {
  kind: 'feishu',
  async send(cards, target, at) {
    const [secret] = target.secrets;
    const timestamp = Math.floor(at.getTime() / 1000);
    const signed = secret === undefined ? {} : { timestamp: String(timestamp), sign: feishuSign(secret, timestamp) };
    const body = JSON.stringify({ ...signed, msg_type: 'interactive', card: cardOf(cards, target, at) });
    return outcomeOf(await post({ url: new URL(target.address.reveal()), body }), feishuCodes, at);
  },
};

/** The key is the time and the secret, the message is empty. `timestamp` in seconds. */
export function feishuSign(secret: Secret, timestamp: number): string {
  return createHmac('sha256', `${timestamp}\n${secret.reveal()}`).update('').digest('base64');
}

function cardOf(cards: readonly [Card, ...Card[]], { locale }: Target, at: Date): object {
  const [first, ...more] = cards;
  const text = more.length === 0 ? cardText(first, locale, at) : digestText(cards, locale, at);
  return {
    config: { wide_screen_mode: true },
    header: { title: { tag: 'plain_text', content: text.title }, template: colours[text.severity] },
    elements: 'words' in text ? digestElements(text, cutMark(locale)) : cardElements(text, cutMark(locale)),
  };
}

function cardElements({ lines, link, foot }: CardText, cut: string): readonly object[] {
  return [markdown(lines, cut), ...(link === undefined ? [] : [button(link)]), note(foot)];
}

function digestElements({ lines, words, foot }: DigestText, cut: string): readonly object[] {
  const said = lines.map(({ text, url }) => (url === undefined ? text : `${text} [${words}](${url})`));
  return [markdown(said, cut), note(foot)];
}

function markdown(lines: readonly string[], cut: string): object {
  return { tag: 'markdown', content: cutToBytes(lines.join('\n'), TEXT_BYTES, cut) };
}

function button({ words, url }: { readonly words: string; readonly url: string }): object {
  return {
    tag: 'action',
    actions: [{ tag: 'button', type: 'primary', text: { tag: 'plain_text', content: words }, url }],
  };
}

function note(words: string): object {
  return { tag: 'note', elements: [{ tag: 'plain_text', content: words }] };
}
