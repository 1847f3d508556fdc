import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const colours = new Map(
  [...css.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name ?? '', value ?? '']),
);

/** WCAG 2.2 relative luminance. */
function luminance(name: string): number {
  const hex = colours.get(name);
  if (!hex) throw new Error(`no colour ${name}`);
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ['page', 'panel', 'card', 'raised'];
const texts = [
  'text',
  'text-quiet',
  'text-faint',
  'jade',
  'jade-strong',
  'bad',
  'warn',
  'severity-1',
  'severity-2',
  'severity-3',
  'severity-4',
];

test.each(texts.flatMap((text) => grounds.map((ground) => [text, ground])))('%s can be read on %s', (text, ground) => {
  expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
});

test.each([1, 2, 3, 4])('the number in the mark of level %i can be read', (level) => {
  expect(contrast('on-severity', `severity-${level}`)).toBeGreaterThanOrEqual(4.5);
});

test('the words of a button can be read on it', () => {
  expect(contrast('on-jade', 'jade')).toBeGreaterThanOrEqual(4.5);
});
