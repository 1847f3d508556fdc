import { gapStates, lossReasons } from '@angrid/contract';
import { catalogue } from '@angrid/runtime';
import type { DeviceLedger, LedgerGap } from '../../control/answers.js';
import { argument, command } from '../command.js';
import { skewText } from '../device-texts.js';
import { localTime } from '../print/moment.js';
import { sentences } from '../print/sentences.js';
import { type Cell, facts, table } from '../print/table.js';
import type { View } from '../print/view.js';

const { translate } = catalogue({
  en: {
    numbers: 'Numbers',
    numbersAre: '{first} to {last} (count {epoch})',
    live: 'Last live event',
    seen: 'Last heard',
    away: 'Away since',
    late: 'Late events',
    backfilled: 'Back-filled',
    lost: 'Lost for good',
    duplicates: 'Sent again',
    unchanged: 'States told again',
    rejected: 'Rejected',
    clock: 'Clock',
    gap: 'Gap',
    state: 'State',
    missing: 'Missing',
    why: 'Why',
    noticed: 'Noticed',
    complete: 'Nothing is missing between number {first} and number {last}.',
    asked: '{open} of its events are missing and are being asked for.',
    lostNow: '{lost} of its events are lost for good.',
    unnumbered: 'The device does not number its events: that nothing is missing cannot be proved.',
    unheard: 'Nothing has come from this device yet.',
  },
  'zh-CN': {
    numbers: '编号',
    numbersAre: '{first} 至 {last}（第 {epoch} 轮计数）',
    live: '最近实时事件',
    seen: '最近一次消息',
    away: '离线自',
    late: '补传事件',
    backfilled: '已补齐',
    lost: '已丢失',
    duplicates: '重复发送',
    unchanged: '重复状态',
    rejected: '未接收',
    clock: '时钟偏差',
    gap: '缺号',
    state: '状态',
    missing: '缺少',
    why: '原因',
    noticed: '发现时间',
    complete: '编号 {first} 至 {last} 之间没有缺失。',
    asked: '缺少 {open} 条事件，正在要求补传。',
    lostNow: '{lost} 条事件已无法找回。',
    unnumbered: '设备不对事件编号，无法证明没有缺失。',
    unheard: '尚未收到该设备的任何消息。',
  },
});

export const deviceLedger = command({
  name: 'device ledger',
  about: {
    'zh-CN': '查看一台设备的送达账本：缺号、补传、丢失',
    en: 'Show what is proved of a device’s delivery: gaps, back-fill, losses',
  },
  arguments: { id: argument({ 'zh-CN': '设备编号', en: 'the id of the device' }) },
  examples: ['angrid device ledger gate-1', 'angrid device ledger gate-1 --json'],
  exits: ['notReady', 'notFound'],
  run: async ({ id }, context) => context.gateway().get<DeviceLedger>(`/devices/${encodeURIComponent(id)}/ledger`),
  show: ledgerText,
});

function ledgerText(ledger: DeviceLedger, view: View): string {
  const parts = [ledgerFacts(ledger, view)];
  if (ledger.gaps.length > 0) parts.push('', gapTable(ledger.gaps, view));
  parts.push('', sentences(certainty(ledger, view), view));
  return parts.join('\n');
}

function ledgerFacts({ count, totals, live, seen, away, clockSkewMs }: DeviceLedger, view: View): string {
  const { locale } = view;
  const rejected = Object.entries(totals.rejected).map(([reason, number]) => `${reason} ${number}`);
  return facts(
    [
      [translate(locale, 'numbers'), count && translate(locale, 'numbersAre', count)],
      [translate(locale, 'live'), live && localTime(live)],
      [translate(locale, 'seen'), seen && localTime(seen)],
      [translate(locale, 'away'), away === undefined ? undefined : { text: localTime(away), colour: 'yellow' }],
      [translate(locale, 'late'), totals.late],
      [translate(locale, 'backfilled'), totals.backfilled],
      [translate(locale, 'lost'), totals.lost > 0 ? { text: String(totals.lost), colour: 'red' } : totals.lost],
      [translate(locale, 'duplicates'), totals.duplicates],
      [translate(locale, 'unchanged'), totals.unchanged > 0 ? totals.unchanged : undefined],
      [translate(locale, 'rejected'), rejected.length > 0 ? rejected.join(', ') : undefined],
      [translate(locale, 'clock'), clockSkewMs === undefined ? undefined : skewText(clockSkewMs)],
    ],
    view,
  );
}

function gapTable(gaps: readonly LedgerGap[], view: View): string {
  const { locale } = view;
  const heads = (['gap', 'state', 'missing', 'why', 'noticed'] as const).map((key) => translate(locale, key));
  const rows = gaps.map((gap): Cell[] => [
    rangeText(gap),
    { text: gapStates[gap.state][locale], colour: COLOURS[gap.state] },
    gap.missing.map(rangeText).join(' '),
    gap.why && lossReasons[gap.why][locale],
    localTime(gap.noticedAt),
  ]);
  return table(heads, rows, view);
}

const COLOURS = { open: 'yellow', backfilled: 'green', lost: 'red' } as const;

function rangeText({ from, to }: { readonly from: number; readonly to: number }): string {
  return from === to ? String(from) : `${from}–${to}`;
}

/** What is certain, in a sentence or two. */
function certainty({ count, gaps, totals, seen }: DeviceLedger, { locale }: View): string {
  if (count === undefined) return translate(locale, seen === undefined ? 'unheard' : 'unnumbered');
  let open = 0;
  for (const gap of gaps) if (gap.state === 'open') open += gap.missingCount;
  const said = [
    open > 0 ? translate(locale, 'asked', { open }) : undefined,
    totals.lost > 0 ? translate(locale, 'lostNow', { lost: totals.lost }) : undefined,
  ].filter((sentence) => sentence !== undefined);
  return said.length === 0 ? translate(locale, 'complete', count) : said.join(locale === 'en' ? ' ' : '');
}
