/** What a topic tells when it fits; undefined where it does not fit. */
export type TopicMatcher = (
  topic: string,
  device: string,
) => { readonly captures?: Readonly<Record<string, string>> } | undefined;

const PLAIN = {};
const DEVICE = '{device}';

/** True where the topic holds no placeholder, so that a map finds it. */
export function isLiteral(template: string): boolean {
  return !template.includes('{');
}

export function compileTopic(template: string): TopicMatcher {
  const [prefix = '', suffix, ...more] = template.split(DEVICE);
  const simple = suffix !== undefined && more.length === 0 && isLiteral(prefix) && isLiteral(suffix);
  return simple ? aroundDevice(prefix, suffix) : byLevels(template.split('/'));
}

/** The topic as a pattern: `{device}` stays, any other placeholder becomes a one-level wildcard. */
export function topicPattern(template: string): string {
  return template
    .split('/')
    .map((level) => (level.replace(DEVICE, '').includes('{') ? '+' : level))
    .join('/');
}

/** The topic of one device. */
export function topicOf(template: string, device: string): string {
  return template.replaceAll(DEVICE, device);
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

function byLevels(levels: readonly string[]): TopicMatcher {
  return (topic, device) => {
    const found = topic.split('/');
    if (found.length !== levels.length) return undefined;
    const captures: Record<string, string> = {};
    for (const [index, level] of levels.entries()) {
      const value = found[index] ?? '';
      const name = /^\{([a-z]+)\}$/.exec(level)?.[1];
      if (name === undefined || name === 'device') {
        if (value !== level.replace(DEVICE, device)) return undefined;
      } else if (value === '') return undefined;
      else captures[name] = value;
    }
    return { captures };
  };
}
