import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type MigrationFile, pendingMigrations, readMigrations } from './migrator.js';

function file(name: string, sha256 = name): MigrationFile {
  return { name, sha256, text: '' };
}

describe('the migrations to run', () => {
  const files = [file('0001-a.sql'), file('0002-b.sql'), file('0003-c.sql')];

  it('are those after the landed ones', () => {
    expect(pendingMigrations(files, files.slice(0, 1)).map(({ name }) => name)).toEqual(['0002-b.sql', '0003-c.sql']);
    expect(pendingMigrations(files, files)).toEqual([]);
  });

  it.each([
    ['was changed after it had landed', [file('0001-a.sql', 'other')]],
    ['stands before 0003-c.sql, which has landed', [file('0001-a.sql'), file('0003-c.sql')]],
    ['the program is older', [...files, file('0004-d.sql')]],
  ])('are refused where a file %s', (reason, landed) => {
    expect(() => pendingMigrations(files, landed)).toThrow(reason);
  });
});

describe('the folder of migrations', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'angrid-migrations-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('is read in the order of its numbers, SQL files only', async () => {
    for (const name of ['0002-b.sql', '0001-a.sql', 'README.md']) await writeFile(path.join(folder, name), 'select 1');
    const [first, second] = await readMigrations(folder);

    expect([first?.name, second?.name]).toEqual(['0001-a.sql', '0002-b.sql']);
    expect(first?.sha256).toBe('822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f');
  });

  it.each([
    ['0001-a.sql', '0001-b.sql', 'its number is that of 0001-a.sql'],
    ['0001-a.sql', '2-b.sql', 'its name is not NNNN-words-in-lower-case.sql'],
  ])('is refused with %s beside %s', async (one, other, reason) => {
    for (const name of [one, other]) await writeFile(path.join(folder, name), '');

    await expect(readMigrations(folder)).rejects.toThrow(reason);
  });
});
