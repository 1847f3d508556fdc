import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  asObject,
  asText,
  type Button,
  type Incoming,
  lacksKeyword,
  objectIn,
  refuse,
  type Robot,
  type Shown,
  type Verdict,
} from './robot.js';

const BODY_BYTES = 20 * 1024;
const HOUR_SECONDS = 3600;

type Fields = Readonly<Record<string, unknown>>;

/** Feishu 自定义机器人: signed in the body over seconds. */
export function takeFeishu({ setup, pace }: Robot, { body, now }: Incoming): Verdict {
  const message = objectIn(body);
  if (!message || body.length > BODY_BYTES) return refuse(9499, 'Bad Request');
  if (!pace.take(now)) return refuse(11232, 'frequency limited');
  if (setup.secret !== undefined && !isSigned(message, setup.secret, now)) {
    return refuse(19021, 'sign match fail or timestamp is not within one hour from current time');
  }
  if (lacksKeyword(setup, body.toString('utf8'))) return refuse(19024, 'Key Words Not Found');
  switch (message['msg_type']) {
    case 'text':
      return worded(asText(asObject(message['content'])?.['text']));
    case 'interactive':
      return card(asObject(message['card']));
    default:
      return refuse(9499, 'Bad Request: msg_type');
  }
}

function isSigned(message: Fields, secret: string, now: number): boolean {
  const timestamp = String(message['timestamp'] ?? '');
  if (!/^\d{10}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > HOUR_SECONDS) return false;
  const wanted = createHmac('sha256', `${timestamp}\n${secret}`).update('').digest();
  const given = Buffer.from(asText(message['sign']), 'base64');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function worded(text: string): Verdict {
  if (text === '') return refuse(9499, 'Bad Request: content');
  return { shown: { type: 'text', title: undefined, body: text, colour: undefined, buttons: [], foot: undefined } };
}

function card(fields: Fields | undefined): Verdict {
  const elements = partsOf(fields?.['elements']);
  if (elements.length === 0) return refuse(9499, 'Bad Request: card');
  const header = asObject(fields?.['header']);
  const shown: Shown = {
    type: 'interactive',
    title: plainText(header?.['title']),
    colour: asText(header?.['template']) || undefined,
    body: elements.flatMap((each) => (each['tag'] === 'markdown' ? [asText(each['content'])] : [])).join('\n'),
    buttons: elements.flatMap(buttonsOf),
    foot: elements
      .flatMap((each) => (each['tag'] === 'note' ? partsOf(each['elements']).map(contentOf) : []))
      .join(' '),
  };
  return { shown };
}

function buttonsOf(element: Fields): readonly Button[] {
  if (element['tag'] !== 'action') return [];
  return partsOf(element['actions']).map((action) => ({
    words: plainText(action['text']) ?? '',
    url: asText(action['url']),
  }));
}

function partsOf(value: unknown): readonly Fields[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.map(asObject).filter((each) => each !== undefined);
}

function plainText(value: unknown): string | undefined {
  const fields = asObject(value);
  return fields && contentOf(fields);
}

function contentOf(fields: Fields): string {
  return asText(fields['content']);
}
