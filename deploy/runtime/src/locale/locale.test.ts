import { describe, expect, it, test } from '@jest/globals';
import { catalogue } from './catalogue.js';
import { localeOf } from './locale.js';

describe('localeOf', () => {
  test.each([
    [{}, 'zh-CN'],
    [{ LANG: 'C.UTF-8' }, 'zh-CN'],
    [{ LANG: 'de_DE.UTF-8' }, 'zh-CN'],
    [{ LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
    [{ LANG: 'enm' }, 'zh-CN'],
    [{ LANG: 'en_US.UTF-8' }, 'en'],
    [{ LANG: 'en' }, 'en'],
    [{ LC_ALL: 'en_GB', LANG: 'zh_CN' }, 'en'],
    [{ LC_ALL: 'zh_CN', LANG: 'en_US' }, 'zh-CN'],
    [{ LC_ALL: '', LC_MESSAGES: 'en_US' }, 'en'],
    [{ ANGRID_LANG: 'en', LC_ALL: 'zh_CN' }, 'en'],
    [{ ANGRID_LANG: 'zh-CN', LANG: 'en_US' }, 'zh-CN'],
  ] as const)('%j means %s', (environment, locale) => {
    expect(localeOf(environment)).toBe(locale);
  });
});

describe('catalogue', () => {
  const texts = catalogue({
    en: { greeting: 'Door {door} is {state}', done: 'Done' },
    'zh-CN': { greeting: '{door} 门{state}', done: '完成' },
  });

  it('gives the text in the language, with its placeholders filled in', () => {
    expect(texts.translate('en', 'greeting', { door: 3, state: 'open' })).toBe('Door 3 is open');
    expect(texts.translate('zh-CN', 'greeting', { door: 3, state: '开' })).toBe('3 门开');
    expect(texts.translate('zh-CN', 'done')).toBe('完成');
  });

  it('does not fill in placeholders that stand in a value', () => {
    expect(texts.translate('en', 'greeting', { door: '{state}', state: '$&' })).toBe('Door {state} is $&');
  });

  it('refuses languages whose placeholders differ', () => {
    expect(() => catalogue({ en: { a: '{x} {y}' }, 'zh-CN': { a: '{x}' } })).toThrow(
      'the placeholders of "a" differ: en has "x, y", zh-CN "x"',
    );
  });

  it('is refused by the compiler when a key or a value is missing', () => {
    // @ts-expect-error zh-CN lacks `b`
    expect(() => catalogue({ en: { a: '', b: '{x}' }, 'zh-CN': { a: '' } })).toThrow(TypeError);
    // @ts-expect-error zh-CN has a key that en lacks
    catalogue({ en: { a: '' }, 'zh-CN': { a: '', c: '' } });
    // @ts-expect-error `state` has no value
    expect(texts.translate('en', 'greeting', { door: 1 })).toBe('Door 1 is {state}');
  });
});
