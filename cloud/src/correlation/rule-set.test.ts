import { describe, expect, it } from '@jest/globals';
import { defaultRulesText } from './default-rules.js';
import { readRuleSet } from './rule-set.js';

const setOf = (...rules: readonly object[]): string => {
  return JSON.stringify({ name: 'test', incident: '15m', budget: { device: 3, unit: 9 }, rules });
};
const rule = (told: object): string => setOf({ id: 'one', pattern: [{ kinds: ['@alerts'] }], then: 'open', ...told });
const denials = [{ kinds: ['access.repeated_denial'], count: 3 }];

describe('a rule set', () => {
  it('of the file is good, and its first rules that match are found by kind', () => {
    const { rules, byKind } = readRuleSet(defaultRulesText());
    expect(rules.at(-1)).toMatchObject({ id: 'alone', then: 'open' });
    expect(byKind.get('motion.started')?.every(({ pattern }) => pattern.length > 1)).toBe(true);
  });

  it.each([
    ['no YAML', 'rules: ['],
    ['an unknown kind', rule({ pattern: [{ kinds: ['door.exploded'] }] })],
    ['an unknown group', rule({ pattern: [{ kinds: ['@nobody'] }] })],
    ['a word that no rule has', rule({ whenever: true })],
    ['a window without bound', rule({ within: '48h' })],
    ['an id twice', setOf(...['one', 'one'].map((id) => ({ id, pattern: [{ kinds: ['@alerts'] }], then: 'open' })))],
    ['one source that confirms itself', rule({ confirms: true })],
    [
      'one device that confirms itself',
      rule({ confirms: true, pattern: [{ kinds: ['@alerts'] }, { kinds: ['@any'], at: 'same-device' }] }),
    ],
    ['a wait for what two agree on', rule({ hold: '3m', pattern: [{ kinds: ['@alerts'] }, { kinds: ['@any'] }] })],
    ['an inhibition without a child', rule({ then: 'inhibit' })],
  ])('is refused with %s', (_, text) => {
    expect(() => readRuleSet(text)).toThrow(expect.objectContaining({ code: 'input.invalid' }));
  });
});

describe('a pattern over credentials', () => {
  it.each([
    ['passages', [{ kinds: ['access.granted'], count: 2 }]],
    ['passages at another door', [{ kinds: ['access.granted'] }, { kinds: ['access.granted'], at: 'same-unit' }]],
    ['denials and passages', [{ kinds: ['access.denied_then_granted'] }]],
    ['single denials', [{ kinds: ['access.denied'], count: 3 }]],
  ])('is refused: %s', (_, pattern) => {
    expect(() => readRuleSet(rule({ pattern }))).toThrow(/passage/);
  });

  it('may count repeated denial within minutes, and no longer', () => {
    expect(readRuleSet(rule({ pattern: denials, within: '10m' })).rules).toHaveLength(1);
    expect(() => readRuleSet(rule({ pattern: denials, within: '2h' }))).toThrow(/ten minutes/);
  });

  it.each([
    ['one', { kinds: ['access.repeated_denial'] }],
    ['several', { kinds: ['@alerts'], count: 3 }],
  ])('counts none for longer in an exception either: %s', (_, step) => {
    const unless = (within: string): string => rule({ unless: [{ ...step, within }] });
    expect(readRuleSet(unless('10m')).rules).toHaveLength(1);
    expect(() => readRuleSet(unless('11m'))).toThrow(/ten minutes/);
  });

  it('is not hidden in a group or in an exception', () => {
    expect(() => readRuleSet(rule({ unless: [{ kinds: ['access.granted'], within: '1m' }] }))).toThrow(/passage/);
    const { rules } = readRuleSet(rule({ pattern: [{ kinds: ['@any'] }] }));
    expect([...(rules[0]?.pattern[0].kinds ?? [])].filter((kind) => kind.startsWith('access.'))).toEqual([
      'access.repeated_denial',
      'access.duress',
    ]);
  });
});
