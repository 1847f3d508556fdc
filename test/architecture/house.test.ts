import { describe, expect, it } from '@jest/globals';
import { filesBelow, readRoot, type Source, sourcesBelow } from './sources.js';

const product = [
  'cloud/contract/src',
  'deploy/runtime/src',
  'device-profiles/src',
  'gateway/src',
  'cloud/src',
  'cloud/web/src',
]
  .flatMap(sourcesBelow)
  .filter(({ isTest }) => !isTest);

/** `path: line` of every line that matches. */
function linesWith(pattern: RegExp, sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) =>
    text
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );
}

describe('the product', () => {
  it('takes the time from the injected clock', () => {
    const clocks = new Set(['deploy/runtime/src/clock/system-clock.ts', 'cloud/web/src/time/clock.ts']);
    const others = product.filter(({ path }) => !clocks.has(path));
    expect(linesWith(/\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/, others)).toEqual([]);
  });

  it('does not ask which vendor or city it serves', () => {
    const code = product.filter(({ path }) => !path.endsWith('.json'));
    expect(linesWith(/\b(vendor|manufacturer|city|town)\s*[!=]==?\s*'/, code)).toEqual([]);
    const said = code.map(({ path, text }) => ({ path, isTest: false, text: text.replaceAll(/\/\*[^]*?\*\//g, '') }));
    expect(linesWith(/苏溪|义乌|\bsuxi\b|\byiwu\b|330782/i, said)).toEqual([]);
  });

  it('does not ask whether it is being tested or shown', () => {
    expect(linesWith(/NODE_ENV|JEST_WORKER|\bisTest\b|\bisDemo\b|ANGRID_(TEST|DEMO)/, product)).toEqual([]);
  });

  it('holds a row without keeping those waiting who refer to it', () => {
    expect(linesWith(/\bfor update\b|\bforUpdate\(/i, product)).toEqual([]);
  });

  it('switches no checker off', () => {
    const everything = [...product, ...sourcesBelow('test'), ...sourcesBelow('cloud/testing')];
    const others = everything.filter(({ path }) => path !== 'test/architecture/house.test.ts');
    expect(
      linesWith(
        /@ts-(ignore|nocheck)|eslint-disable|jest\.mock\(|\bas any(?! [a-z])|:\s*any(\[\])?\s*[;)=]|<any>/,
        others,
      ),
    ).toEqual([]);
  });

  it('has no test that is skipped or runs alone', () => {
    const tests = ['cloud', 'deploy', 'device-profiles', 'gateway', 'test'].flatMap(sourcesBelow);
    expect(linesWith(/\b(it|test|describe)\.(only|skip|todo)\b|\bx(it|describe)\(/, tests)).toEqual([]);
  });
});

describe('the console', () => {
  const keysOf = (value: unknown, prefix = ''): string[] =>
    typeof value !== 'object' || value === null
      ? [prefix]
      : Object.entries(value).flatMap(([key, inner]) => keysOf(inner, prefix === '' ? key : `${prefix}.${key}`));
  const texts = (locale: string): unknown => JSON.parse(readRoot(`cloud/web/src/locales/${locale}.json`));

  it('says everything in both languages', () => {
    expect(keysOf(texts('zh-CN')).sort()).toEqual(keysOf(texts('en')).sort());
  });
});

describe('the packages', () => {
  interface Manifest {
    readonly name: string;
    readonly private?: boolean;
    readonly license?: string;
    readonly type?: string;
    readonly engines?: { readonly node?: string };
    readonly workspaces?: readonly string[];
  }
  const manifestOf = (folder: string) => JSON.parse(readRoot(`${folder}package.json`)) as Manifest;
  const main = manifestOf('');

  it('are private, free and ESM', () => {
    const folders = ['', ...(main.workspaces ?? []).map((folder) => `${folder}/`)];
    expect(folders.length).toBe(8);
    for (const folder of folders) {
      expect(manifestOf(folder)).toMatchObject({ private: true, license: 'Apache-2.0', type: 'module' });
    }
    expect(main.engines?.node).toBe('>=20.19');
  });

  it('say nowhere which registry they come from', () => {
    const lock = JSON.parse(readRoot('package-lock.json')) as { packages: Record<string, { resolved?: string }> };
    const places = Object.values(lock.packages).flatMap(({ resolved }) => resolved ?? []);
    expect(places.filter((place) => /^[a-z+]+:/.test(place))).toEqual([]);
    const papers = [
      '.npmrc',
      'package.json',
      'deploy/dev/setup.sh',
      ...filesBelow('deploy/gateway'),
      'deploy/cloud/Dockerfile',
    ];
    expect(papers.filter((path) => /registry\s*=|https?:\/\/(registry|npm)\b/.test(readRoot(path)))).toEqual([]);
  });
});
