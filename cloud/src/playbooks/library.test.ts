import { describe, expect, it } from '@jest/globals';
import { playbooksFolder, readPlaybooks } from './library.js';

describe('the playbooks of this program', () => {
  it('are the five models', async () => {
    const playbooks = await readPlaybooks([playbooksFolder]);
    expect([...playbooks.keys()]).toEqual(['hezuo', 'jinhua', 'luhe', 'shuocheng', 'suxi']);
  });
});
