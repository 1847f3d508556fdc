import { catalogue } from '@angrid/runtime';
import { command, value } from '../command.js';
import { diagnose } from '../diagnose.js';
import { type Explained, explain } from '../findings.js';
import type { View } from '../print/view.js';
import { wrap } from '../print/width.js';

const { translate } = catalogue({
  en: {
    checking: 'checking …',
    good: 'good',
    warning: 'note',
    broken: 'BROKEN',
    cure: 'Cure: {cure}',
    first: 'The first broken link: {says}',
    fine: 'Nothing is broken.',
  },
  'zh-CN': {
    checking: '正在检查…',
    good: '正常',
    warning: '注意',
    broken: '故障',
    cure: '处理：{cure}',
    first: '第一个断点：{says}',
    fine: '没有发现故障。',
  },
});

export interface Diagnosis {
  readonly ok: boolean;
  /** In the order of the chain: settings, gateway, profiles, devices, broker, outbox, cloud, unit, legs. */
  readonly findings: readonly Explained[];
  readonly firstBroken: Explained | null;
}

export const doctor = command({
  name: 'doctor',
  about: {
    'zh-CN': '检查整条链路，指出第一个断点和处理办法',
    en: 'Check the whole chain and name the first broken link',
  },
  notes: {
    'zh-CN': '面板 → 接入 → 发件箱 → 云端 → 单元 → 推送。网关未运行或未初始化时也可使用',
    en: 'panel → broker → outbox → cloud → unit → legs. It also works where the gateway does not run or is not set up.',
  },
  options: {
    prove: value('device', {
      'zh-CN': '经由该设备发出一次演练，验证云端、单元和推送',
      en: 'send an exercise through this device, to prove cloud, unit and legs',
    }),
  },
  examples: ['angrid doctor', 'angrid doctor --prove gate-1 --json'],
  run: async ({ prove }, context): Promise<Diagnosis> => {
    context.progress.tell(translate(context.locale, 'checking'));
    const findings = (await diagnose(prove, context)).map((finding) => explain(finding, context.locale));
    const firstBroken = findings.find(({ state }) => state === 'broken') ?? null;
    return { ok: firstBroken === null, findings, firstBroken };
  },
  show: diagnosisText,
  exit: ({ ok }) => (ok ? 'done' : 'failed'),
});

const COLOURS = { good: 'green', warning: 'yellow', broken: 'red' } as const;

function diagnosisText({ findings, firstBroken }: Diagnosis, view: View): string {
  const { locale, columns, paint } = view;
  const lines: string[] = [];
  for (const { state, says, cure } of findings) {
    const [head = '', ...rest] = wrap(says, columns - 8);
    const mark = paint(COLOURS[state], translate(locale, state).padEnd(locale === 'en' ? 6 : 4));
    lines.push(`${mark}  ${head}`, ...rest.map((part) => `        ${part}`));
    if (cure === undefined) continue;
    lines.push(...wrap(translate(locale, 'cure', { cure }), columns - 10).map((part) => `          ${part}`));
  }
  if (!firstBroken) return [...lines, '', paint('green', translate(locale, 'fine'))].join('\n');
  const { says, cure } = firstBroken;
  lines.push('', paint('red', translate(locale, 'first', { says })));
  if (cure !== undefined) lines.push(...wrap(translate(locale, 'cure', { cure }), columns));
  return lines.join('\n');
}
