import { describe, expect, it, test } from '@jest/globals';
import { loadProfiles } from './load.js';
import { runExamples } from '../examples/run-examples.js';

const catalogue = await loadProfiles();

describe.each([...catalogue.values()])('$name', (profile) => {
  test.each(runExamples(profile).results)('$says.en', ({ actual, expected }) => {
    expect(actual).toEqual(expected);
  });
});
describe('x', () => it('y', () => expect(catalogue.size).toBeGreaterThanOrEqual(3)));
