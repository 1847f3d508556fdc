import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileTopics, isFilter } from '../../mqtt/topics.js';
import { TopicTree } from './topic-tree.js';

const level = fc.constantFrom('a', 'b', '', 'door');
const topic = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, onward]) => [...levels, ...(onward ? ['#'] : [])].join('/'))
  .filter((pattern) => isFilter(pattern));

it('finds what one pattern after the other would', () => {
  fc.assert(
    fc.property(fc.array(filter, { maxLength: 12 }), topic, (patterns, wanted) => {
      fc.pre(wanted !== '');
      const tree = new TopicTree<string>();
      for (const pattern of patterns) tree.add(pattern, pattern);
      const matching = patterns.filter((pattern) => compileTopics([pattern], 'x').has(wanted));
      expect(tree.find(wanted)).toEqual(new Set(matching));
    }),
    { numRuns: 2000 },
  );
});
