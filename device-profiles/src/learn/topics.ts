import { topicSchema } from '../format/transport.js';
import { redactFields } from './redact-body.js';
import { placeIn, placeOf, redactText } from './redact.js';

/** A topic as a profile and as an example name it. */
export interface LearnedTopic {
  /** `{device}` for the device's id, `{a}` for a level that is no word of structure. */
  readonly template: string;
  /** As an example carries it, with its query. */
  readonly example: string;
}

const LEVEL = /^[A-Za-z_][A-Za-z0-9_.:-]{0,47}$/;
const ADDRESS = /@|\d+\.\d+\.\d+|\.(?:com|cn|net|org|local|lan)\b/i;

/** Undefined for a topic that the format cannot say. */
export function learnTopic(topic: string, device: string, isHttp: boolean): LearnedTopic | undefined {
  const mark = isHttp ? topic.indexOf('?') : -1;
  const path = (mark === -1 ? topic : topic.slice(0, mark)).replace(/^\//, '');
  const levels = path.split('/').slice(0, 16);
  const template = levels.map((level, index) => templateOf(level, index, device)).join('/');
  if (!topicSchema.safeParse(template).success) return undefined;
  const shown = levels.map((level, index) => exampleOf(level, index, device)).join('/');
  const query = mark === -1 ? '' : `?${redactFields(topic.slice(mark + 1), device)}`;
  return { template, example: `${shown}${query}`.slice(0, 512) };
}

function templateOf(level: string, index: number, device: string): string {
  if (device !== '' && level === device) return '{device}';
  if (device.length >= 4 && level.includes(device)) {
    const around = level.split(device);
    if (around.length === 2 && around.every((part) => part === '' || LEVEL.test(`x${part}`)))
      return around.join('{device}');
  }
  return isStructure(level) ? level : `{${letterOf(index)}}`;
}

function exampleOf(level: string, index: number, device: string): string {
  const template = templateOf(level, index, device);
  if (template !== `{${letterOf(index)}}`) return template;
  const redacted = redactText(level, placeIn(placeOf(device), 'level')).replace(/[\s/?]/g, '_');
  return redacted === '' ? '_' : redacted;
}

function isStructure(level: string): boolean {
  return LEVEL.test(level) && !/\d{4}/.test(level) && !ADDRESS.test(level);
}

function letterOf(index: number): string {
  return String.fromCharCode(97 + index);
}
