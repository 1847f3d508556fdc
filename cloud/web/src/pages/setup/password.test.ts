import { expect, test } from '@jest/globals';
import { passwordFault } from './password.js';

test.each([
  ['short', 'nine-sign', 'nine-sign'],
  ['plain', 'aaaaaaaaaaaa', 'aaaaaaaaaaaa'],
  ['plain', 'harmony-desk-1', 'harmony-desk-1'],
  ['different', 'four unrelated words', 'four unrelated worts'],
  [undefined, 'four unrelated words', 'four unrelated words'],
])('%s: %s', (fault, password, again) => {
  expect(passwordFault({ login: 'harmony', password, again })).toBe(fault);
});
