import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCsv, readTable, TableError, textOf } from './read-table.js';
import { workbookOf } from './xlsx.fixture.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sheet-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

describe('a CSV file', () => {
  const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
  const cell = fc.string({ unit: fc.constantFrom('a', '门', ',', ';', '"', ' ', '\n', '1', '\t'), minLength: 1 });

  it('gives every quoted cell back, whatever stands in it', () => {
    const rows = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(rows, (table) => {
        const text = ['id,name,place', ...table.map((row) => row.map(quoted).join(','))].join('\r\n');
        const filled = table.map((row) => row.map((one) => one.trim())).filter((row) => row.some((one) => one !== ''));
        const read = readCsv(text).slice(1);
        expect(read.map(({ cells }) => cells.map((one) => one.trim()))).toEqual(filled);
      }),
    );
  });

  it('numbers its rows as an editor does, also after cells of several lines and empty lines', () => {
    const rows = readCsv('id,name\na,"one\ntwo"\n\nb,three\n');
    expect(rows.map(({ number, cells }) => [number, cells[0]])).toEqual([
      [1, 'id'],
      [2, 'a'],
      [5, 'b'],
    ]);
  });

  it.each([
    ['a semicolon', 'id;name\na;南门'],
    ['a tab', 'id\tname\na\t南门'],
    ['a byte order mark', '\ufeffid,name\na,南门'],
  ])('may be written with %s', (_, text) => {
    expect(readCsv(text).map(({ cells }) => cells)).toEqual([
      ['id', 'name'],
      ['a', '南门'],
    ]);
  });

  it('may be of GB 18030 or UTF-16, as Excel writes it', () => {
    const gb = Buffer.from([0xb1, 0xe0, 0xba, 0xc5, 0x2c, 0xc3, 0xfb, 0xb3, 0xc6]);
    expect(textOf(gb)).toBe('编号,名称');
    expect(textOf(Buffer.from('\ufeff编号', 'utf16le')).trim()).toBe('编号');
  });

  it('is refused where a quote is never closed', () => {
    expect(() => readCsv('id,name\n"a,b')).toThrow(TableError);
  });
});

describe('an Excel file', () => {
  it('is known by its content, and read from its first sheet', async () => {
    const file = await fileOf(
      'devices.dat',
      workbookOf([
        ['编号', '名称'],
        ['gate-1', '南门'],
        ['', ''],
        ['007', '北门'],
      ]),
    );
    expect(await readTable(file)).toEqual([
      { number: 1, cells: ['编号', '名称'] },
      { number: 2, cells: ['gate-1', '南门'] },
      { number: 4, cells: ['007', '北门'] },
    ]);
  });

  it('is refused where it is damaged', async () => {
    await expect(readTable(await fileOf('broken.xlsx', 'PK\u0003\u0004 and no more'))).rejects.toMatchObject({
      fault: 'unreadable',
    });
  });
});

describe('a file', () => {
  it('that is not there is told as missing', async () => {
    await expect(readTable(join(folder, 'none.csv'))).rejects.toMatchObject({ fault: 'missing', reason: 'ENOENT' });
  });

  it('over 10 MiB is not read at all', async () => {
    const file = await fileOf('large.csv', Buffer.alloc(10 * 1024 * 1024 + 1));
    await expect(readTable(file)).rejects.toMatchObject({ fault: 'too-large' });
  });
});
