import { expect, test } from '@jest/globals';
import { defineSettings } from './define.js';
import { group, setting } from './schema.js';
import { port } from './types/number.js';
import { secret } from './types/secret-reference.js';

const about = { 'zh-CN': '说明', en: 'About' };
const good = setting(port(), { about, default: 1 });
const portRefusal = 'is not a port from 0 to 65535 (0: any free port)';

test.each([
  [
    'a default that its type refuses',
    { a: setting(port(), { about, default: 70000, example: 1 }) },
    `the default of a: "70000" ${portRefusal}`,
  ],
  [
    'an example that its type refuses',
    { a: setting(port(), { about, required: true, example: 'x' }) },
    `the example of a: "x" ${portRefusal}`,
  ],
  ['a key that is not camelCase', { g: group(about, { 'tls-port': good }) }, 'g.tls-port is not camelCase'],
  [
    'two settings with one variable',
    { tlsPort: good, tls: group(about, { port: good }) },
    'tls.port and tlsPort share the variable ANGRID_X_TLS_PORT',
  ],
  [
    'a setting with the variable of the file',
    { config: good },
    'config and the name of the configuration file share the variable ANGRID_X_CONFIG',
  ],
])('a declaration with %s is refused at once', (_, settings, message) => {
  expect(() => defineSettings({ prefix: 'ANGRID_X', settings })).toThrow(new TypeError(message));
});

test('the example of a secret need not exist', () => {
  const token = setting(secret(), { about, required: true, example: 'file:/etc/angrid/token' });
  expect(defineSettings({ prefix: 'ANGRID_X', settings: { token } }).members.token.example).toBe(
    'file:/etc/angrid/token',
  );
});
