import { describe, expect, it } from '@jest/globals';
import { AnGridError } from '@angrid/contract';
import fc from 'fast-check';
import { compileTopics, isFilter } from './topics.js';

describe('a set of topics', () => {
  it.each([
    ['panel/{device}/rec', 'panel/A/rec', true],
    ['panel/{device}/rec', 'panel/B/rec', false],
    ['panel/{device}/rec', 'panel/A/rec/', false],
    ['panel/{device}/rec', 'panel/A', false],
    ['panel/{device}/+', 'panel/A/rec', true],
    ['panel/{device}/+', 'panel/A/', true],
    ['panel/{device}/+', 'panel/A', false],
    ['panel/{device}/+', 'panel/A/x/y', false],
    ['panel/{device}/#', 'panel/A/x/y', true],
    ['panel/{device}/#', 'panel/A', true],
    ['panel/{device}/#', 'panel/AB/x', false],
    ['+/{device}', '/A', true],
    ['#', 'anything/at/all', true],
    ['#', '$SYS/broker', false],
    ['+/broker', '$SYS/broker', false],
    ['#', 'a/+/b', false],
    ['#', 'a/#', false],
    ['#', '', false],
    ['#', 'a\0b', false],
    ['#', 'a\uFFFDb', false],
  ])('%s and the topic %j: %s', (pattern, topic, has) => {
    expect(compileTopics([pattern], 'A').has(topic)).toBe(has);
  });

  it.each([
    ['panel/{device}/down', 'panel/A/down', true],
    ['panel/{device}/down', 'panel/+/down', false],
    ['panel/{device}/down', 'panel/A/#', false],
    ['panel/{device}/down', '#', false],
    ['panel/{device}/+', 'panel/A/+', true],
    ['panel/{device}/+', 'panel/A/x', true],
    ['panel/{device}/+', 'panel/A/#', false],
    ['panel/{device}/+', 'panel/+/+', false],
    ['panel/{device}/#', 'panel/A/#', true],
    ['panel/{device}/#', 'panel/A/+/x/#', true],
    ['panel/{device}/#', 'panel/A', true],
    ['panel/{device}/#', 'panel/#', false],
    ['#', '$SYS/#', false],
    ['#', '$share/group/panel/A/down', false],
    ['#', 'a+', false],
    ['#', 'a#', false],
    ['#', '#/a', false],
    ['#', '', false],
  ])('%s and the filter %j: %s', (pattern, filter, covers) => {
    expect(compileTopics([pattern], 'A').covers(filter)).toBe(covers);
  });

  it.each(['', 'a/#/b', 'a/b#', 'a/b+', '$SYS/#', '+a/b', 'a\0'])('refuses the pattern %j', (pattern) => {
    expect(() => compileTopics([pattern], 'A')).toThrow(AnGridError);
  });

  it.each(['', '+', '#', 'A/B', 'A+', '$A', 'A\0'])('refuses the device id %j, which would widen a pattern', (id) => {
    expect(() => compileTopics(['{device}/rec'], id)).toThrow(AnGridError);
    expect(() => compileTopics(['panel/fixed'], id)).not.toThrow();
  });
});

/** MQTT 3.1.1, section 4.7, written as it reads and without regard to speed. */
function modelMatches(filter: string, topic: string): boolean {
  const escape = (level: string): string => level.replace(/[.*?^${}()|[\]\\]/g, '\\$&');
  const levels = filter.split('/');
  const rest = levels.at(-1) === '#';
  const fixed = (rest ? levels.slice(0, -1) : levels).map((level) => (level === '+' ? '[^/]*' : escape(level)));
  if (!rest) return new RegExp(`^${fixed.join('/')}$`, 's').test(topic);
  return fixed.length === 0 || new RegExp(`^${fixed.join('/')}(/.*)?$`, 's').test(topic);
}

const ids = fc.constantFrom('A', 'B', 'AB', 'A1', '1305433', '13054331');
const level = fc.constantFrom(
  'panel',
  'face',
  'rec',
  '',
  'A',
  'B',
  'AB',
  'A1',
  '$SYS',
  '13054331',
  '1305433',
  'é',
  'x.y',
);
const topics = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'));
const filters = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: level }, { weight: 2, arbitrary: fc.constant('+') }), { maxLength: 4 }),
    fc.boolean(),
  )
  .map(([levels, rest]) => (rest || levels.length === 0 ? [...levels, '#'] : levels).join('/'));
const patterns = fc.array(
  fc.constantFrom(
    'panel/{device}/rec',
    'panel/{device}/#',
    '{device}/+',
    'face/basic',
    'face/+/{device}',
    'face/{device}',
  ),
  { minLength: 1, maxLength: 3 },
);

describe('against a model, over 10,000 random cases each', () => {
  const runs = { numRuns: 10_000 };

  it('a topic is in the set exactly where the model says that a pattern matches it', () => {
    fc.assert(
      fc.property(patterns, ids, topics, (each, id, topic) => {
        const filled = each.map((pattern) => pattern.replaceAll('{device}', id));
        const expected = topic !== '' && !topic.startsWith('$') && filled.some((filter) => modelMatches(filter, topic));
        expect(compileTopics(each, id).has(topic)).toBe(expected);
      }),
      runs,
    );
  });

  it('a covered filter matches no topic outside the set', () => {
    fc.assert(
      fc.property(patterns, ids, filters, topics, (each, id, filter, topic) => {
        const set = compileTopics(each, id);
        if (!set.covers(filter) || topic === '' || topic.startsWith('$') || !modelMatches(filter, topic)) return;
        expect(set.has(topic)).toBe(true);
      }),
      runs,
    );
  });

  it('a device can use no topic that names another device', () => {
    const own = fc.constantFrom('panel/{device}/rec', 'panel/{device}/#', 'panel/{device}/+/x');
    const pair = fc.tuple(ids, ids).filter(([mine, other]) => mine !== other);
    fc.assert(
      fc.property(own, pair, filters, topics, (pattern, [mine, other], filter, topic) => {
        const set = compileTopics([pattern], mine);
        const namesOther = (text: string): boolean => text.split('/')[1] === other;
        if (namesOther(topic)) expect(set.has(topic)).toBe(false);
        if (namesOther(filter) || filter.split('/')[1] === '+') expect(set.covers(filter)).toBe(false);
      }),
      runs,
    );
  });

  it('a filter is valid exactly where each wildcard stands alone in its level and # ends it', () => {
    const characters = fc.string({ unit: fc.constantFrom('a', '/', '+', '#', '$'), maxLength: 8 });
    fc.assert(
      fc.property(characters, (text) => {
        const valid = /^(?!\$)(?:(?:[^/+#]*|\+)(?:\/|$))*#?$/.test(text) && !/[^/]#/.test(text) && text !== '';
        expect(isFilter(text)).toBe(valid);
      }),
      runs,
    );
  });
});
