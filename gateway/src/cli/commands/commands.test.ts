import { describe, expect, it } from '@jest/globals';
import { errorRegistry } from '@angrid/contract';
import { Desk } from '../cli.fixture.js';
import { exitCodes } from '../exit-codes.js';
import { findingTexts } from '../findings.js';
import { problemTexts } from '../import/problem.js';
import { commands, commandTree, groups } from './index.js';

const HAN = /\p{Script=Han}/u;

interface Localized {
  readonly 'zh-CN': string;
  readonly en: string;
}

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''))].sort();
}

const texts: [string, Localized][] = [
  ...commandTree().flatMap(({ name, about, notes, options, arguments: taken }): [string, Localized][] => [
    [name, about],
    ...(notes ? ([[`${name} notes`, notes]] as [string, Localized][]) : []),
    ...[
      ...options.map(({ flag, about }) => [flag, about] as const),
      ...taken.map(({ name, about }) => [name, about] as const),
    ].map(([what, said]): [string, Localized] => [`${name} ${what}`, said]),
  ]),
  ...Object.entries(groups),
  ...Object.entries(exitCodes).map(([name, { about }]): [string, Localized] => [`exit ${name}`, about]),
  ...Object.entries(findingTexts).flatMap(([code, { says, cure }]): [string, Localized][] => [
    [code, says],
    ...(cure ? ([[`${code} cure`, cure]] as [string, Localized][]) : []),
  ]),
  ...Object.entries(problemTexts).flatMap(([code, { says, cure }]): [string, Localized][] => [
    [code, says],
    [`${code} cure`, cure],
  ]),
];

describe('every text', () => {
  it('exists in Chinese and in English, with the same values to fill in', () => {
    for (const [where, { 'zh-CN': chinese, en }] of texts) {
      expect([where, HAN.test(chinese), HAN.test(en)]).toEqual([where, true, false]);
      expect([where, placeholders(chinese)]).toEqual([where, placeholders(en)]);
    }
  });

  it('of a finding that is not good has a cure, unless it only says how many more there are', () => {
    const uncured = Object.entries(findingTexts).filter(([code, { cure }]) => !cure && !/\.(good|more)$/.test(code));
    // The cure of a failing cloud is that of its error.
    expect(uncured.map(([code]) => code)).toEqual(['cloud.failing']);
  });
});

describe('every command', () => {
  it('has a name of its own, in a group that has a text', () => {
    const names = commands.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names.filter((one) => one.includes(' ')))
      expect(groups).toHaveProperty([name.split(' ')[0] ?? '']);
  });

  it.each(commands.map(({ name }) => [name]))(
    '%s shows its help with an example, --json and exit codes',
    async (name) => {
      const desk = await Desk.set();
      for (const language of ['en', 'zh-CN']) {
        const environment = { ANGRID_LANG: language };
        const { status, output, errors } = await desk.type([...name.split(' '), '--help'], { environment });
        expect([status, errors]).toEqual([0, '']);
        expect(output).toContain(`angrid ${name}`);
        expect(output).toContain('--json');
        expect(output).toMatch(language === 'en' ? /Examples:\n {2}\$ / : /示例：\n {2}\$ /);
        expect(output).toMatch(language === 'en' ? /Exit codes:\n {2}0 {2}done\n/ : /退出码：\n {2}0 {2}完成\n/);
      }
      await desk.clear();
    },
  );

  it('has examples that use it, and no option that it has not', () => {
    for (const { name, examples, options } of commandTree()) {
      for (const example of examples) {
        expect(example).toContain(`angrid ${name}`);
        for (const [flag] of example.matchAll(/(?<= )--[a-z-]+/g)) {
          expect([name, options.map((option) => option.flag)]).toEqual([name, expect.arrayContaining([flag])]);
        }
      }
    }
  });

  it('takes no password as an argument', () => {
    const flags = commandTree().flatMap(({ options }) => options.map(({ flag }) => flag));
    expect(flags.filter((flag) => /pass/.test(flag)).sort()).toEqual(
      ['--password-env', '--password-file', '--password-stdin'].flatMap((flag) => [flag, flag, flag, flag]),
    );
  });
});

describe('an error of the registry', () => {
  it('ends the command line with a documented exit code', () => {
    const documented: readonly number[] = Object.values(exitCodes).map(({ status }) => status);
    for (const [code, definition] of Object.entries(errorRegistry)) {
      const exit = 'exit' in definition ? definition.exit : 1;
      expect([code, documented]).toEqual([code, expect.arrayContaining([exit])]);
    }
  });
});
