import { expect, test } from '@jest/globals';
import { windowsOf } from './windows.js';

test.each([
  ['08:00-09:00, 22:00-24:00', ['08:00-09:00', '22:00-24:00']],
  ['08:00-09:00\uff0c12:00-13:00', ['08:00-09:00', '12:00-13:00']],
  ['', undefined],
  ['8:00-9:00', undefined],
  ['22:00-06:00', ['22:00-06:00']],
  ['08:00-25:00', undefined],
])('hours written as %s', (text, windows) => expect(windowsOf(text)).toEqual(windows));
