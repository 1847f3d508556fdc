import type { Locale } from '@angrid/contract';
import { catalogue } from '@angrid/runtime';
import type { RulesInForce } from '../../control/rules.js';
import { command, value } from '../command.js';
import { facts, table } from '../print/table.js';
import type { View } from '../print/view.js';
import { ruleLines } from '../rule-texts.js';

const { translate } = catalogue({
  en: {
    time: 'Time on site',
    zone: 'Time zone',
    today: 'Today counts as',
    now: 'Periods now',
    behind: 'Hangs behind',
    period: 'Period',
    name: 'Name',
    days: 'Days',
    hours: 'Hours',
    date: 'Date',
    counts: 'Counts as',
    isOn: 'Now',
    on: 'on',
    rule: 'Rule',
    state: 'Now',
    means: 'Means',
    off: 'off',
    night: 'night',
    everyDay: 'every day',
    mon: 'Mon',
    tue: 'Tue',
    wed: 'Wed',
    thu: 'Thu',
    fri: 'Fri',
    sat: 'Sat',
    sun: 'Sun',
    holiday: 'holiday',
  },
  'zh-CN': {
    time: '现场时间',
    zone: '时区',
    today: '今天算作',
    now: '当前时段',
    behind: '上级设备',
    period: '时段',
    name: '名称',
    days: '日子',
    hours: '时间',
    date: '日期',
    counts: '算作',
    isOn: '当前',
    on: '生效',
    rule: '规则',
    state: '当前',
    means: '含义',
    off: '停用',
    night: '夜间',
    everyDay: '每天',
    mon: '周一',
    tue: '周二',
    wed: '周三',
    thu: '周四',
    fri: '周五',
    sat: '周六',
    sun: '周日',
    holiday: '假日',
  },
});

/** Dates that are over are of no use at the door. */
const DATES_SHOWN = 20;

export const siteRules = command({
  name: 'site rules',
  about: {
    'zh-CN': '查看日历和当前生效的规则设置',
    en: 'Show the calendar and the rule settings in force now',
  },
  notes: {
    'zh-CN': '胁迫、消防和求助没有开关，始终生效。设置在控制台中修改',
    en: 'Duress, fire and calls for help have no switch: they are always on. Settings are changed in the console.',
  },
  options: { device: value('id', { 'zh-CN': '这台设备的设置', en: 'as they hold for this device' }) },
  examples: ['angrid site rules', 'angrid site rules --device gate-1'],
  exits: ['notReady', 'notFound'],
  run: ({ device }, context) =>
    context.gateway().get<RulesInForce>(device === undefined ? '/rules' : `/rules/${encodeURIComponent(device)}`),
  show: (rules, view) =>
    [head(rules, view), calendar(rules, view), ruleTable(rules, view)].filter(Boolean).join('\n\n'),
});

function head({ localTime, timezone, day, periods, behind }: RulesInForce, view: View): string {
  const { locale } = view;
  return facts(
    [
      [translate(locale, 'time'), localTime],
      [translate(locale, 'zone'), timezone],
      [translate(locale, 'today'), translate(locale, day)],
      [translate(locale, 'now'), periods.join(' ')],
      [translate(locale, 'behind'), behind.length === 0 ? undefined : behind.join(' → ')],
    ],
    view,
  );
}

function calendar({ calendar: { periods, dates }, night, periods: on, localTime }: RulesInForce, view: View): string {
  const { locale } = view;
  const rows = periods.map(({ id, name, days, hours }) => [
    id,
    name,
    days.map((day) => translate(locale, day)).join(' '),
    hours,
    on.includes(id) ? translate(locale, 'on') : '',
  ]);
  const hasNight = periods.some(({ id }) => id === 'night' || id === 'day');
  const nightRow = ['night', translate(locale, 'night'), translate(locale, 'everyDay'), night];
  const all = hasNight ? rows : [...rows, [...nightRow, on.includes('night') ? translate(locale, 'on') : '']];
  const coming = dates.filter(({ date }) => date >= localTime.slice(0, 10)).slice(0, DATES_SHOWN);
  const shown = table(heads(locale, 'period', 'name', 'days', 'hours', 'isOn'), all, view);
  if (coming.length === 0) return shown;
  const listed = coming.map(({ date, day, name = '' }) => [date, translate(locale, day), name]);
  return `${shown}\n\n${table(heads(locale, 'date', 'counts', 'name'), listed, view)}`;
}

function ruleTable(rules: RulesInForce, view: View): string {
  const { locale } = view;
  const rows = ruleLines(rules, locale).map(({ title, on, means }) => [
    title,
    translate(locale, on ? 'on' : 'off'),
    means,
  ]);
  return table(heads(locale, 'rule', 'state', 'means'), rows, view);
}

function heads(locale: Locale, ...keys: readonly Parameters<typeof translate>[1][]): string[] {
  return keys.map((key) => translate(locale, key));
}
