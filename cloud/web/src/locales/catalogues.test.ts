import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { kinds } from '@angrid/contract';

const source = join(import.meta.dirname, '..');
const catalogue = (name: string): Map<string, string> =>
  flatten(JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')));
const zh = catalogue('zh-CN.json');
const en = catalogue('en.json');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(vue|ts)$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(source, name), 'utf8') }));
const product = files.filter(({ name }) => !name.endsWith('.test.ts') && !name.startsWith('testing'));

function flatten(value: object, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string') flat.set(prefix + key, inner);
    else for (const [path, text] of flatten(inner as object, `${prefix}${key}.`)) flat.set(path, text);
  }
  return flat;
}
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
/** Keys written out in full, and the fixed beginnings of those that are put together. */
const called = (text: string): string[] =>
  [...text.matchAll(/\bt\(\s*['`]([\w.-]+(?:\$\{)?)/g)].map(([, key]) => key ?? '');

describe('the two catalogues', () => {
  it('have the same keys', () => expect([...en.keys()].sort()).toEqual([...zh.keys()].sort()));

  it('have the same holes in each text', () => {
    const different = [...zh].filter(([key, text]) => holes(text).join() !== holes(en.get(key) ?? '').join());
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it('use no sign that the catalogue reader takes for its own', () => {
    const special = [...zh, ...en].filter(([, text]) => /[|@]|\{\s*'/.test(text));
    expect(special).toEqual([]);
  });

  it('hold Han in the English one only for names that stay Chinese', () => {
    const han = [...en].filter(([, text]) => /\p{Script=Han}/u.test(text)).map(([key]) => key);
    expect(han).toEqual(['brand.name', 'language.zh-CN']);
  });
});

describe('the console', () => {
  it('has no Han outside the catalogues', () => {
    expect(files.filter(({ text }) => /\p{Script=Han}/u.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('says only what the catalogues hold', () => {
    const keys = [...zh.keys()];
    const missing = product.flatMap(({ name, text }) =>
      called(text)
        .filter((key) =>
          key.endsWith('${') ? !keys.some((known) => known.startsWith(key.slice(0, -2))) : !zh.has(key),
        )
        .map((key) => `${name}: ${key}`),
    );
    expect(missing).toEqual([]);
  });

  it('writes text as text: no v-html, no innerHTML, no inline style', () => {
    const careless = product.filter(({ text }) => /v-html|innerHTML|insertAdjacentHTML|\sstyle="/.test(text));
    expect(careless.map(({ name }) => name)).toEqual([]);
  });

  it('loads nothing from elsewhere', () => {
    const foreign = product.filter(({ text }) => /(?:src|href|url\()\s*=?\s*["'(]?https?:/.test(text));
    expect(foreign.map(({ name }) => name)).toEqual([]);
  });
});

it('each kind of event has a title in both languages', () => {
  const silent = Object.entries(kinds).filter(([, { title }]) => !title['zh-CN'] || !title.en);
  expect(silent).toEqual([]);
});
