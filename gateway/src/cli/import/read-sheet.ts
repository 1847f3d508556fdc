import { catalogue } from '@angrid/runtime';
import type { Context } from '../context.js';
import { columnHeads, type HeadMistake, readHeads } from './columns.js';
import { readTable, TableError, tableLimits, type TableRow } from './read-table.js';
import { type ReadRow, readRow } from './wanted.js';

const { translate } = catalogue({
  en: {
    missing: 'the file cannot be read: {reason}',
    'too-large': 'the file is too large ({reason}); at most {rows} rows and 10 MiB',
    unreadable: 'the file is no .xlsx or .csv sheet: {reason}',
    empty: 'the file has no rows below its heads',
    unknown: 'the column "{head}" is unknown; known: {known}',
    twice: 'the column "{head}" stands there twice',
    lacks: 'the column {head} is missing ({known})',
    password: 'the column "{head}" holds passwords: write each to a file of mode 0600, and its path into password_file',
  },
  'zh-CN': {
    missing: '无法读取文件：{reason}',
    'too-large': '文件过大（{reason}）；最多 {rows} 行、10 MiB',
    unreadable: '不是 .xlsx 或 .csv 表格：{reason}',
    empty: '列名之下没有任何行',
    unknown: '未知的列“{head}”；可用：{known}',
    twice: '列“{head}”出现了两次',
    lacks: '缺少列 {head}（{known}）',
    password: '列“{head}”含有密码：请把每个密码写入权限为 0600 的文件，并在“密码文件”列填写路径',
  },
});

/** The rows of a sheet of devices. Throws `input.invalid` where it is none; a mistake in a row is told with the row. */
export async function readSheetRows(file: string, context: Context): Promise<ReadRow[]> {
  const [first, ...rows] = await tableOf(file, context);
  if (!first || rows.length === 0) throw context.misuse(translate(context.locale, 'empty'), file);
  const { columns, mistakes } = readHeads(first.cells);
  if (mistakes.length > 0) throw context.misuse(mistakes.map((one) => wordsOf(one, context)).join('\n'), file);
  return rows.map((row) => readRow(row, columns));
}

async function tableOf(file: string, context: Context): Promise<TableRow[]> {
  try {
    return await readTable(file);
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    const { fault, reason } = error;
    throw context.misuse(translate(context.locale, fault, { reason, rows: tableLimits.rows }), file);
  }
}

function wordsOf(mistake: HeadMistake, { locale }: Context): string {
  const { head } = mistake;
  switch (mistake.is) {
    case 'unknown':
      return translate(locale, 'unknown', {
        head,
        known: Object.values(columnHeads)
          .map(([name]) => name)
          .join(', '),
      });
    case 'missing':
      return translate(locale, 'lacks', { head, known: columnHeads[mistake.head].join(', ') });
    case 'twice':
      return translate(locale, 'twice', { head });
    case 'password':
      return translate(locale, 'password', { head });
  }
}
