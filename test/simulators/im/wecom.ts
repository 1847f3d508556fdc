import { createHash } from 'node:crypto';
import { asObject, asText, type Incoming, objectIn, refuse, type Robot, type Shown, type Verdict } from './robot.js';

const TEXT_BYTES = 2048;
const MARKDOWN_BYTES = 4096;
const IMAGE_BYTES = 2 * 1024 * 1024;

/** WeCom 群机器人: no signature; HTTP 200 with an errcode whatever happens. */
export function takeWecom({ pace }: Robot, { body, now }: Incoming): Verdict {
  const message = objectIn(body);
  if (!message) return refuse(40035, 'invalid message, wrong json format');
  if (!pace.take(now)) return refuse(45009, 'api freq out of limit');
  const type = asText(message['msgtype']);
  const part = asObject(message[type]);
  switch (type) {
    case 'text':
      return worded(type, part, TEXT_BYTES);
    case 'markdown':
    case 'markdown_v2':
      return worded(type, part, MARKDOWN_BYTES);
    case 'image':
      return image(part);
    default:
      return refuse(40008, 'invalid message type');
  }
}

function worded(type: string, part: Shape, most: number): Verdict {
  const content = asText(part?.['content']);
  if (content === '') return refuse(44004, 'empty content');
  if (Buffer.byteLength(content) > most) return refuse(40058, `${type}.content exceed max length ${most}`);
  return { shown: shown(type, content) };
}

function image(part: Shape): Verdict {
  const bytes = Buffer.from(asText(part?.['base64']), 'base64');
  if (bytes.length === 0 || bytes.length > IMAGE_BYTES) return refuse(40009, 'invalid image size');
  if (createHash('md5').update(bytes).digest('hex') !== part?.['md5'])
    return refuse(301019, 'image md5 does not match');
  return { shown: shown('image', '(a picture)') };
}

function shown(type: string, body: string): Shown {
  return { type, title: undefined, body, colour: undefined, buttons: [], foot: undefined };
}

type Shape = Readonly<Record<string, unknown>> | undefined;
