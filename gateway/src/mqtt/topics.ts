import { AnGridError } from '@angrid/contract';

/** A set of topics, as a list of compiled patterns. */
export interface TopicSet {
  /** True where a message may carry this topic: no wildcards in it, and no `$` in front. */
  has(topic: string): boolean;
  /** True where every topic that the filter matches is in the set by one and the same pattern. */
  covers(filter: string): boolean;
}

const DEVICE = '{device}';

/**
 * Compiles the patterns of a profile for one device. Throws `profile.invalid` where a pattern breaks the rules of
 * MQTT 3.1.1, section 4.7, or where the device's id would widen it.
 */
export function compileTopics(patterns: readonly string[], vendorId: string): TopicSet {
  const compiled = patterns.map((pattern) => compilePattern(pattern, vendorId));
  return {
    has: (topic) => isTopic(topic) && some(compiled, topic.split('/'), matches),
    covers: (filter) => isFilter(filter) && some(compiled, filter.split('/'), includes),
  };
}

/** A topic that a message may carry. Topics that start with `$` belong to the broker. */
export function isTopic(topic: string): boolean {
  return isText(topic) && !topic.includes('+') && !topic.includes('#');
}

/** A filter that may be subscribed to; shared and system subscriptions are refused with all that starts with `$`. */
export function isFilter(filter: string): boolean {
  return isText(filter) && hasWholeWildcards(filter.split('/'));
}

/** Whether `+` and `#` stand for whole levels, and `#` for the last (MQTT 3.1.1, section 4.7.1). */
export function hasWholeWildcards(levels: readonly string[]): boolean {
  return levels.every((level, index) => {
    if (level.includes('#')) return level === '#' && index === levels.length - 1;
    return !level.includes('+') || level === '+';
  });
}

/** True where a subscription to the filter receives messages of the topic. */
export function isHeard(filter: string, topic: string): boolean {
  return matches(filter.split('/'), topic.split('/'));
}

function isText(text: string): boolean {
  return text.length > 0 && !text.startsWith('$') && !text.includes('\0') && !text.includes('\uFFFD');
}

function compilePattern(pattern: string, vendorId: string): readonly string[] {
  const op = 'mqtt.topics';
  if (pattern.includes(DEVICE) && !isLevel(vendorId)) {
    throw new AnGridError('profile.invalid', {
      op,
      subject: pattern,
      detail: 'the id of the device is not a topic level',
    });
  }
  const filled = pattern.replaceAll(DEVICE, vendorId);
  if (!isFilter(filled)) {
    throw new AnGridError('profile.invalid', { op, subject: pattern, detail: 'not a topic pattern' });
  }
  return filled.split('/');
}

/** An id that stays within its level of a pattern. */
function isLevel(id: string): boolean {
  return isTopic(id) && !id.includes('/');
}

function some(
  patterns: readonly (readonly string[])[],
  levels: readonly string[],
  test: (pattern: readonly string[], levels: readonly string[]) => boolean,
): boolean {
  for (const pattern of patterns) if (test(pattern, levels)) return true;
  return false;
}

function matches(pattern: readonly string[], topic: readonly string[]): boolean {
  return follow(pattern, topic, () => true);
}

/** A wildcard of the filter needs the same or a wider one at its place in the pattern. */
function includes(pattern: readonly string[], filter: readonly string[]): boolean {
  return follow(pattern, filter, (wanted) => wanted !== '#');
}

/** Walks both side by side. `#` takes in its parent level too; `plusTakes` says what a `+` of the pattern takes. */
function follow(
  pattern: readonly string[],
  levels: readonly string[],
  plusTakes: (wanted: string) => boolean,
): boolean {
  for (let index = 0; index < pattern.length; index += 1) {
    const level = pattern[index] as string;
    if (level === '#') return true;
    const wanted = levels[index];
    if (wanted === undefined) return false;
    if (level === '+' ? !plusTakes(wanted) : level !== wanted) return false;
  }
  return levels.length === pattern.length;
}
