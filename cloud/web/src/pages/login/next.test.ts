import { expect, test } from '@jest/globals';
import { localPath } from './next.js';

test.each([
  ['/doors?state=offline', '/doors?state=offline'],
  ['//evil.example.org', '/'],
  ['/\\evil.example.org', '/'],
  ['https://evil.example.org', '/'],
  ['javascript:alert(1)', '/'],
  ['/login?next=/login', '/'],
  [undefined, '/'],
  [['/doors'], '/'],
])('after %p the sign-in leads to %s', (next, path) => expect(localPath(next)).toBe(path));
