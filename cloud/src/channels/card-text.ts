import type { Localized } from '@angrid/contract';
import type { Card, LegMessage, Push } from './channel.js';
import { cutToBytes } from './cut.js';

export type Language = keyof Localized;

/** A card as words, before a channel gives it its shape. No text of it can be markup. */
export interface CardText {
  readonly title: string;
  readonly lines: readonly string[];
  readonly link: { readonly words: string; readonly url: string } | undefined;
  /** Stands under the link. */
  readonly foot: string;
  readonly severity: LegMessage['severity'];
}

const TITLE_BYTES = 120;
const LINE_BYTES = 400;
const DIGEST_LINE_BYTES = 150;

const words = {
  'zh-CN': {
    exercise: '【演练】',
    severity: ['', '一级', '二级', '三级', '四级'],
    place: '地点',
    unit: '单元',
    since: '发生',
    why: '说明',
    confirmed: { 'two-sources': '两路信号一致', person: '已由人员核实', none: '尚未核实' },
    standing: '核实',
    number: '编号',
    repeated: '重复推送：上一次可能已经收到',
    again: '（重复）',
    open: '查看并签收',
    ask: '请登录安格控制台处理',
    life: '链接短时有效，仅限本事件；图片须登录后查看',
    digest: (count: number) => `${count} 条待处理`,
    cut: '…详情见链接',
  },
  en: {
    exercise: '[EXERCISE] ',
    severity: ['', 'level 1', 'level 2', 'level 3', 'level 4'],
    place: 'Place',
    unit: 'Unit',
    since: 'Since',
    why: 'Why',
    confirmed: { 'two-sources': 'two sources agree', person: 'confirmed by a person', none: 'not confirmed yet' },
    standing: 'Standing',
    number: 'Number',
    repeated: 'Repeated: an earlier attempt may have arrived',
    again: ' (repeated)',
    open: 'Open and acknowledge',
    ask: 'Open the AnGrid console to answer',
    life: 'The link lives for a short time and for this matter only; pictures need a sign-in',
    digest: (count: number) => `${count} matters wait`,
    cut: '… more at the link',
  },
} as const;

export function cardText({ push, link }: Card, language: Language, at: Date): CardText {
  const { message } = push;
  const say = words[language];
  const { severity, kindTitle, unit, confirmedBy, why } = message;
  const fact = (name: string, value: string): string =>
    `${name}${language === 'en' ? ': ' : '：'}${cutToBytes(plain(value), LINE_BYTES, say.cut)}`;
  return {
    title: cutToBytes(
      `${mark(message, language)}安格 ${say.severity[severity] ?? ''} · ${plain(kindTitle[language])}`,
      TITLE_BYTES,
      '…',
    ),
    lines: [
      fact(say.place, placeOf(message)),
      ...(unit === null ? [] : [fact(say.unit, unit.names.join(' › '))]),
      fact(say.since, age(message.openedAt, at, language)),
      fact(say.standing, say.confirmed[confirmedBy ?? 'none']),
      fact(say.why, why[language]),
      fact(say.number, numberOf(push)),
      ...(push.attempts > 0 ? [say.repeated] : []),
    ],
    link: link === undefined ? undefined : { words: say.open, url: link },
    foot: link === undefined ? say.ask : say.life,
    severity,
  };
}

export interface DigestText {
  readonly title: string;
  readonly lines: readonly { readonly text: string; readonly url: string | undefined }[];
  readonly words: string;
  readonly foot: string;
  readonly severity: LegMessage['severity'];
}

/** Many matters in one card, a line each. */
export function digestText(cards: readonly Card[], language: Language, at: Date): DigestText {
  const say = words[language];
  const lines = cards.map(({ push: { message, attempts }, link }) => {
    const { severity, kindTitle } = message;
    const parts = [say.severity[severity] ?? '', kindTitle[language], placeOf(message)];
    const text = `${mark(message, language)}${plain(parts.join(' · '))} · ${age(message.openedAt, at, language)}`;
    return { text: cutToBytes(text, DIGEST_LINE_BYTES, '…') + (attempts > 0 ? say.again : ''), url: link };
  });
  const allExercise = cards.every(({ push }) => push.message.exercise);
  const severity = Math.min(...cards.map(({ push }) => push.message.severity)) as LegMessage['severity'];
  return {
    title: `${allExercise ? say.exercise : ''}安格 ${say.digest(cards.length)}`,
    lines,
    words: say.open,
    foot: lines.some(({ url }) => url !== undefined) ? say.life : say.ask,
    severity,
  };
}

/** What stands where a text was cut. */
export function cutMark(language: Language): string {
  return words[language].cut;
}

const NUMBER_DIGITS = 8;

/** Of the push, not of the attempt: two cards of one number are one push. The random end of its key. */
function numberOf({ key }: Push): string {
  return key.slice(-NUMBER_DIGITS);
}

function mark({ exercise }: LegMessage, language: Language): string {
  return exercise ? words[language].exercise : '';
}

function placeOf({ compound, place }: LegMessage): string {
  return place === null ? compound.name : `${compound.name} · ${place}`;
}

function age(from: Date, to: Date, language: Language): string {
  const minutes = Math.max(0, Math.floor((to.getTime() - from.getTime()) / 60_000));
  if (minutes < 1) return language === 'en' ? 'less than a minute ago' : '不到 1 分钟前';
  if (minutes < 120) return language === 'en' ? `${minutes} min ago` : `${minutes} 分钟前`;
  const hours = Math.floor(minutes / 60);
  return language === 'en' ? `${hours} h ago` : `${hours} 小时前`;
}

const MARKUP: Readonly<Record<string, string>> = {
  '<': '‹',
  '>': '›',
  '[': '［',
  ']': '］',
  '*': '∗',
  _: '＿',
  '`': '＇',
  '#': '＃',
  '@': '＠',
  '~': '～',
  '|': '｜',
  '\\': '＼',
};

/** Without a sign that a chat would take for markup, a mention or a line. */
function plain(text: string): string {
  return text
    .replace(/[<>[\]*_`#@~|\\]/g, (sign) => MARKUP[sign] ?? ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
