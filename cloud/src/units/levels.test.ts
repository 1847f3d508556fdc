import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { playbooksFolder, readPlaybooks } from '../playbooks/library.js';
import { levelsOf } from './levels.js';

const playbooks = await readPlaybooks([playbooksFolder]);
const names = (tree: string, purpose: 'grid' | 'police') =>
  levelsOf({ playbooks, standard: 'jinhua' }, { id: tree, purpose }).map(({ name }) => name.en);

describe('the levels of a tree', () => {
  it('are those of the playbook that describes it', () => {
    expect(names('suxi', 'grid')).toEqual(['Level-1 unit', 'Level-2 unit', 'Level-3 unit']);
  });

  it('of a grid that none describes are those of the standard one; of another tree there are none', () => {
    expect(names('mine', 'grid')).toEqual(['Town', 'Village or community', 'Grid']);
    expect(names('mine', 'police')).toEqual([]);
  });

  it.each(['zh-CN', 'en'])('have kinds that the console has a word for: %s', async (locale) => {
    const file = new URL(`../../web/src/locales/${locale}.json`, import.meta.url);
    const words = (JSON.parse(await readFile(file, 'utf8')) as { unit: { kind: Record<string, string> } }).unit.kind;
    const kinds = [...playbooks.values()].flatMap(({ trees }) =>
      trees.flatMap(({ levels }) => levels.flatMap((one) => one.kinds)),
    );
    expect(kinds.filter((kind) => words[kind] === undefined)).toEqual([]);
  });
});
