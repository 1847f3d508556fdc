import { kindDefinition, type Locale } from '@angrid/contract';
import { catalogue } from '@angrid/runtime';
import { command, flag, required, value } from '../command.js';
import { alertingKinds, isAlertingKind } from '../kinds.js';
import { type Drill, drill, type Hop } from '../drill.js';
import { roleWord } from '../role-words.js';
import { seconds } from '../seconds.js';
import { span } from '../print/moment.js';
import { sentences } from '../print/sentences.js';
import { type Cell, table } from '../print/table.js';
import type { View } from '../print/view.js';

const { translate } = catalogue({
  en: {
    kinds: '{kind} is not a kind that alerts; these are: {known}',
    exercise: 'EXERCISE: {title} ({kind}) at {device}. Everything that comes of it is marked as an exercise.',
    again: 'An exercise of this kind is under way already; these are the hops of that one.',
    noAlert: 'The event is stored, but no rule made an alert of it.',
    waiting: 'waiting: {hop} …',
    hop: 'Hop',
    state: 'State',
    ms: 'Latency',
    detail: 'Detail',
    normalise: 'gateway: normalise',
    outbox: 'gateway: outbox (durable)',
    cloud: 'cloud: accepted',
    unit: 'cloud: unit',
    leg: 'cloud: leg',
    reached: 'reached',
    missing: 'MISSING',
    notYet: 'waiting',
    complete: 'Every hop was reached.',
    broken: 'It did not get further than this. angrid doctor names the cure.',
    because: 'Incident: {why}',
  },
  'zh-CN': {
    kinds: '{kind} 不是告警类型；可用：{known}',
    exercise: '演练：{device} {title}（{kind}）。由此产生的一切都标记为演练。',
    again: '该类型的演练仍在进行，以下为那一次的各环节。',
    noAlert: '事件已保存，但没有规则由此产生告警。',
    waiting: '等待：{hop}…',
    hop: '环节',
    state: '状态',
    ms: '耗时',
    detail: '说明',
    normalise: '网关：解析',
    outbox: '网关：发件箱（已落盘）',
    cloud: '云端：已接收',
    unit: '云端：单元',
    leg: '云端：推送',
    reached: '已到达',
    missing: '未到达',
    notYet: '等待中',
    complete: '全部环节均已到达。',
    broken: '到此为止未能继续。angrid doctor 会给出处理办法。',
    because: '警情：{why}',
  },
});

const DEFAULT_WAIT_S = 30;

export const eventFire = command({
  name: 'event fire',
  about: { 'zh-CN': '发出一次演练告警，验证整条链路', en: 'Fire an exercise alert, to prove the whole way' },
  notes: {
    'zh-CN': '演练在各处都有标记，不会呼叫任何民警；云端的耗时含查询间隔，精度约 0.1 秒',
    en: 'It is marked as an exercise everywhere. The latency of the cloud includes the pause between two questions, about 0.1 s.',
  },
  options: {
    device: required('id', { 'zh-CN': '经由哪台设备', en: 'the device that it goes through' }),
    kind: required('kind', { 'zh-CN': '告警类型，如 door.forced', en: 'what is alerted, as door.forced' }),
    wait: flag({ 'zh-CN': '等待并显示各环节', en: 'wait for each hop and show it' }),
    timeout: value('seconds', { 'zh-CN': '最长等待秒数，默认 30', en: 'how long to wait, 30 unless given' }),
  },
  examples: ['angrid event fire --device gate-1 --kind door.forced --wait'],
  exits: ['notReady', 'notFound', 'cloud'],
  run: async ({ device, kind, wait, timeout }, context): Promise<Drill> => {
    const { locale, progress, world } = context;
    if (!isAlertingKind(kind)) {
      throw context.misuse(translate(locale, 'kinds', { kind, known: alertingKinds.join(', ') }));
    }
    const waitMs = wait ? seconds(timeout, DEFAULT_WAIT_S, context) * 1000 : 0;
    const onHop = (hop: Hop['hop']) => progress.tell(translate(locale, 'waiting', { hop: translate(locale, hop) }));
    return drill(
      { device, kind },
      { gateway: context.gateway(), clock: world.clock, signal: world.interrupted, waitMs, onHop },
    );
  },
  show: drillText,
  exit: ({ complete }) => (complete === false ? 'failed' : 'done'),
});

function drillText(found: Drill, view: View): string {
  const { locale } = view;
  const { kind, device, alert, opened, complete, hops, why } = found;
  const title = kindDefinition(kind).title[locale];
  const lines = [sentences(translate(locale, 'exercise', { title, kind, device }), view, 'yellow'), ''];
  if (alert !== null && !opened) lines.push(sentences(translate(locale, 'again'), view), '');
  const heads = (['hop', 'state', 'ms', 'detail'] as const).map((key) => translate(locale, key));
  lines.push(
    table(
      heads,
      hops.map((hop) => rowOf(hop, locale)),
      view,
    ),
  );
  if (why) lines.push('', sentences(translate(locale, 'because', { why: why[locale] }), view));
  if (alert === null) lines.push('', translate(locale, 'noAlert'));
  if (complete === true) lines.push('', view.paint('green', translate(locale, 'complete')));
  if (complete === false) lines.push('', sentences(translate(locale, 'broken'), view, 'red'));
  return lines.join('\n');
}

function rowOf({ hop, state, ms, detail }: Hop, locale: Locale): Cell[] {
  const shown = {
    reached: { text: translate(locale, 'reached'), colour: 'green' },
    waiting: { text: translate(locale, 'notYet'), colour: 'yellow' },
    missing: { text: translate(locale, 'missing'), colour: 'red' },
  } as const;
  return [
    translate(locale, hop),
    shown[state],
    ms === undefined ? '' : span(ms),
    hop === 'leg' && detail !== undefined ? roleWord(detail, locale) : detail,
  ];
}
