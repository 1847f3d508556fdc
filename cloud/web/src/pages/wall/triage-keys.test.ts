import { describe, expect, it } from '@jest/globals';
import { commandOf, type KeyPress, neighbourOf, triageKeys } from './triage-keys.js';

const press = (key: string, more: Partial<KeyPress> = {}) =>
  commandOf({ key, modified: false, repeated: false, focus: 'page', ...more });

describe('the keys of the wall', () => {
  it.each([
    ['j', 'next'],
    ['K', 'previous'],
    ['Enter', 'open'],
    ['a', 'acknowledge'],
    ['f', 'falseAlarm'],
    ['s', 'silence'],
    ['/', 'search'],
    ['?', 'help'],
    ['z', 'undo'],
  ])('%s: %s', (key, command) => {
    expect(press(key)).toBe(command);
  });

  it('have one meaning each', () => {
    expect(new Set(triageKeys.map(({ key }) => key)).size).toBe(triageKeys.length);
  });

  it('are letters while somebody types', () => {
    for (const { key } of triageKeys) expect(press(key, { focus: 'field' })).toBeUndefined();
  });

  it('leave Ctrl+A, Ctrl+S and Ctrl+Z to the browser', () => {
    for (const key of ['a', 's', 'z']) expect(press(key, { modified: true })).toBeUndefined();
  });

  it('leave Enter to the button or link that has the focus', () => {
    expect(press('Enter', { focus: 'control' })).toBeUndefined();
    expect(press('j', { focus: 'control' })).toBe('next');
  });

  it('move on while held down, and decide but once', () => {
    expect(press('j', { repeated: true })).toBe('next');
    expect(press('a', { repeated: true })).toBeUndefined();
    expect(press('f', { repeated: true })).toBeUndefined();
  });

  it('mean nothing besides', () => {
    expect(press('q')).toBeUndefined();
    expect(press('Escape')).toBeUndefined();
  });
});

describe('moving from card to card', () => {
  const cards = ['a', 'b', 'c'];

  it('begins with the first', () => {
    expect(neighbourOf(cards, undefined, 'next')).toBe('a');
    expect(neighbourOf(cards, undefined, 'previous')).toBe('a');
  });

  it('goes on and back, and stops at the ends', () => {
    expect(neighbourOf(cards, 'a', 'next')).toBe('b');
    expect(neighbourOf(cards, 'b', 'previous')).toBe('a');
    expect(neighbourOf(cards, 'c', 'next')).toBe('c');
    expect(neighbourOf(cards, 'a', 'previous')).toBe('a');
  });

  it('begins again where the chosen one has gone, and nowhere where there is none', () => {
    expect(neighbourOf(cards, 'gone', 'next')).toBe('a');
    expect(neighbourOf([], 'a', 'next')).toBeUndefined();
  });
});
