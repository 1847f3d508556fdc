import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  asObject,
  asText,
  type Incoming,
  lacksKeyword,
  objectIn,
  refuse,
  type Robot,
  type Shown,
  type Verdict,
} from './robot.js';

const BODY_BYTES = 20 * 1024;
const HOUR_MS = 3_600_000;

/** DingTalk 自定义机器人: signed in the query over milliseconds; too fast, and it hears nothing for ten minutes. */
export function takeDingtalk({ setup, pace }: Robot, { url, body, now }: Incoming): Verdict {
  if (!pace.take(now)) return refuse(130101, 'send too fast, exceed 20 times per minute');
  const message = objectIn(body);
  if (!message || body.length > BODY_BYTES) return refuse(40035, 'missing or oversized parameter json');
  if (setup.secret !== undefined && !isSigned(url, setup.secret, now)) return refuse(310000, 'sign not match');
  if (lacksKeyword(setup, body.toString('utf8'))) return refuse(310000, 'keywords not in content');
  const type = asText(message['msgtype']);
  const part = asObject(message[type]);
  const found = part && shownOf(type, part);
  if (!found) return refuse(400105, 'msgtype is not supported');
  return found.body === '' ? refuse(40035, 'missing parameter text') : { shown: found };
}

function isSigned({ searchParams }: URL, secret: string, now: number): boolean {
  const timestamp = searchParams.get('timestamp') ?? '';
  if (!/^\d{13}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > HOUR_MS) return false;
  const wanted = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest();
  const given = Buffer.from(searchParams.get('sign') ?? '', 'base64');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function shownOf(type: string, part: Readonly<Record<string, unknown>>): Shown | undefined {
  const title = asText(part['title']) || undefined;
  const base = { type, title, colour: undefined, foot: undefined };
  switch (type) {
    case 'text':
      return { ...base, body: asText(part['content']), buttons: [] };
    case 'markdown':
      return { ...base, body: asText(part['text']), buttons: [] };
    case 'actionCard':
      return {
        ...base,
        body: asText(part['text']),
        buttons: [{ words: asText(part['singleTitle']), url: asText(part['singleURL']) }],
      };
    case 'link':
      return { ...base, body: asText(part['text']), buttons: [{ words: '打开', url: asText(part['messageUrl']) }] };
    default:
      return undefined;
  }
}
