import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { referencePages } from './pages.js';

const folder = fileURLToPath(new URL('../../deploy/reference', import.meta.url));

describe('the generated reference', () => {
  it('is what the code gives now (npm run reference writes it anew)', async () => {
    for (const [name, text] of await referencePages()) {
      expect({ name, text: await readFile(join(folder, name), 'utf8') }).toEqual({ name, text });
    }
  });

  it('holds no page that nothing generates', async () => {
    const pages = await referencePages();
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
    expect(files.filter((name) => !pages.has(name))).toEqual([]);
  });
});
