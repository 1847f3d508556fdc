import { catalogue } from '@angrid/runtime';
import { sentences } from '../print/sentences.js';
import { type Cell, table } from '../print/table.js';
import type { Colour, View } from '../print/view.js';
import { wrap } from '../print/width.js';
import type { Imported, ImportedRow } from './imported.js';

const { translate } = catalogue({
  en: {
    row: 'Row',
    id: 'Id',
    action: 'Action',
    fields: 'What',
    add: 'add',
    change: 'change',
    same: 'unchanged',
    refused: 'REFUSED',
    failed: 'FAILED',
    wrong: 'row {row} {id}: {says}',
    cure: 'Cure: {cure}',
    total: '{add} to add, {change} to change, {same} unchanged, {refused} refused',
    totalDone: '{add} added, {change} changed, {same} unchanged, {refused} refused, {failed} failed',
    apply: 'Nothing has been changed yet. --apply does it.',
    resume: 'Correct them and go on with --resume.',
    credentials: 'The passwords of the new panels are in {file}. Delete it when they are typed in.',
  },
  'zh-CN': {
    row: '行',
    id: '编号',
    action: '操作',
    fields: '内容',
    add: '添加',
    change: '更改',
    same: '不变',
    refused: '拒绝',
    failed: '失败',
    wrong: '第 {row} 行 {id}：{says}',
    cure: '处理：{cure}',
    total: '待添加 {add}，待更改 {change}，不变 {same}，拒绝 {refused}',
    totalDone: '已添加 {add}，已更改 {change}，不变 {same}，拒绝 {refused}，失败 {failed}',
    apply: '尚未做任何更改。加 --apply 执行。',
    resume: '改正后用 --resume 继续。',
    credentials: '新面板的密码在 {file} 中，填写完毕后请删除。',
  },
});

const COLOURS: Readonly<Record<ImportedRow['action'], Colour>> = {
  add: 'green',
  change: 'yellow',
  same: 'dim',
  refused: 'red',
};

/** The plan or its outcome as a table, then every mistake with its row and its cure. */
export function importText(found: Imported, view: View): string {
  const { locale, paint } = view;
  const { mode, rows, counts, credentials, ok } = found;
  const heads = (['row', 'id', 'action', 'fields'] as const).map((key) => translate(locale, key));
  const parts = [
    table(
      heads,
      rows.map((row) => cellsOf(row, view)),
      view,
    ),
    ...rows.flatMap((row) => mistakesOf(row, view)),
  ];
  const total = mode === 'plan' ? translate(locale, 'total', counts) : translate(locale, 'totalDone', counts);
  parts.push('', paint(ok ? 'green' : 'red', total));
  if (mode === 'plan') parts.push(translate(locale, 'apply'));
  if (counts.failed > 0) parts.push(translate(locale, 'resume'));
  if (credentials !== undefined) parts.push(sentences(translate(locale, 'credentials', { file: credentials }), view));
  return parts.join('\n');
}

function cellsOf({ row, id, action, fields, result }: ImportedRow, { locale }: View): Cell[] {
  const failed = result === 'failed';
  const text = translate(locale, failed ? 'failed' : action);
  return [row, id, { text, colour: failed ? 'red' : COLOURS[action] }, fields.join(' ')];
}

function mistakesOf({ row, id, problems, error }: ImportedRow, { locale, columns }: View): string[] {
  const failed = error
    ? [{ says: [error.code, error.title, error.detail].filter(Boolean).join(' '), cure: error.hint }]
    : [];
  return [...problems, ...failed].flatMap(({ says, cure }) => [
    '',
    ...wrap(translate(locale, 'wrong', { row, id, says }), columns),
    ...wrap(translate(locale, 'cure', { cure }), columns - 2).map((part) => `  ${part}`),
  ]);
}
