import { channelOf, isToken } from './token.js';

type Captures = Record<string, string>;

/** What a topic tells. */
export interface TopicFit {
  readonly captures?: Readonly<Captures>;
  /** What stands in the place of `{name*}`: a user may have typed it. */
  readonly rest?: string | undefined;
}

/** Undefined where a topic does not fit. */
export type TopicMatcher = (topic: string, device: string) => TopicFit | undefined;

const PLAIN = {};
const DEVICE = '{device}';
const PLACEHOLDER = /^\{([a-z]+)(\*?)\}$/;

/** True where the topic holds no placeholder, so that a map finds it. */
export function isLiteral(template: string): boolean {
  return !template.includes('{');
}

export function compileTopic(template: string): TopicMatcher {
  const [prefix = '', suffix, ...more] = template.split(DEVICE);
  const simple = suffix !== undefined && more.length === 0 && isLiteral(prefix) && isLiteral(suffix);
  return simple ? aroundDevice(prefix, suffix) : byLevels(template);
}

/** The topic as a pattern: `{device}` stays, any other placeholder becomes a wildcard: `+`, or `#` for all that is left. */
export function topicPattern(template: string): string {
  return template
    .split('/')
    .map((level) => {
      if (level.endsWith('*}')) return '#';
      return level.replace(DEVICE, '').includes('{') ? '+' : level;
    })
    .join('/');
}

/** The topic of one device. */
export function topicOf(template: string, device: string): string {
  return template.replaceAll(DEVICE, device);
}

/** A device's own topic, in which text that a user typed is a channel: a token, or a short hash. */
export function impersonalTopic(topic: string, rest: string | undefined): string {
  if (rest === undefined || isToken(rest)) return topic;
  const levels = topic.replace(/[/.\s]+$/, '').split('/');
  return [...levels.slice(0, -rest.split('/').length), channelOf(rest)].join('/');
}

function aroundDevice(prefix: string, suffix: string): TopicMatcher {
  const around = prefix.length + suffix.length;
  return (topic, device) =>
    topic.length === around + device.length &&
    topic.startsWith(prefix) &&
    topic.endsWith(suffix) &&
    topic.startsWith(device, prefix.length)
      ? PLAIN
      : undefined;
}

/** Whether a level fits; what a placeholder takes goes into the captures. */
type Level = (value: string, device: string, captures: Captures) => boolean;

function byLevels(template: string): TopicMatcher {
  const head = template.slice(0, template.indexOf('{'));
  const takesRest = template.endsWith('*}');
  const levels = template.split('/').map(compileLevel);
  return (topic, device) => {
    if (!topic.startsWith(head)) return undefined;
    const found = levelsOf(topic, takesRest ? levels.length : undefined);
    if (found.length !== levels.length) return undefined;
    const captures: Captures = {};
    if (!levels.every((fits, index) => fits(found[index] ?? '', device, captures))) return undefined;
    return takesRest ? { captures, rest: found.at(-1) } : { captures };
  };
}

/** With a `count`, the last level has all that is left. */
function levelsOf(topic: string, count: number | undefined): readonly string[] {
  const found = topic.split('/');
  if (count === undefined || found.length <= count) return found;
  return [...found.slice(0, count - 1), found.slice(count - 1).join('/')];
}

function compileLevel(level: string): Level {
  const name = PLACEHOLDER.exec(level)?.[1];
  if (name === undefined || name === 'device') return (value, device) => value === level.replace(DEVICE, device);
  return (value, _device, captures) => {
    captures[name] = value;
    return value !== '';
  };
}
