import { AnGridError } from '@angrid/contract';
import { catalogue } from '@angrid/runtime';
import type { Status } from '../../control/answers.js';
import { broken, type Finding, good, warning } from '../../control/finding.js';
import { command, value } from '../command.js';
import type { Context } from '../context.js';
import { type Drill, drill } from '../drill.js';
import { type Explained, explain } from '../findings.js';
import type { GatewayClient } from '../gateway-client.js';
import type { View } from '../print/view.js';
import { wrap } from '../print/width.js';

const { translate } = catalogue({
  en: {
    checking: 'checking …',
    proving: 'sending an exercise …',
    good: 'good',
    warning: 'note',
    broken: 'BROKEN',
    cure: 'Cure: {cure}',
    first: 'The first broken link: {says}',
    fine: 'Nothing is broken.',
  },
  'zh-CN': {
    checking: '正在检查…',
    proving: '正在发出演练…',
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

const PROOF_MS = 20_000;
/** Every rule lets it pass, on every device. */
const PROOF_KIND = 'tamper.device';

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

/** Goes no further than the first link without which nothing can be asked. */
export async function diagnose(prove: string | undefined, context: Context): Promise<Finding[]> {
  const settings = settingsOf(context);
  if (settings.state === 'broken') return [settings];
  if (!context.isInitialised()) {
    return [settings, broken('gateway', 'gateway.not-initialised', { folder: context.layout().folder })];
  }
  const gateway = context.gateway();
  const running = await runningOf(gateway);
  if (running.state === 'broken') return [settings, running];
  const findings = await gateway.get<readonly Finding[]>('/doctor');
  if (prove === undefined) return [settings, running, ...findings, warning('legs', 'legs.unproven')];
  return [settings, running, ...findings, ...(await proofOf(prove, gateway, context))];
}

function settingsOf(context: Context): Finding {
  try {
    context.settings();
    return good('settings', 'settings.good');
  } catch (error) {
    if (!(error instanceof AnGridError)) throw error;
    return broken('settings', 'settings.invalid', { detail: error.detail ?? error.code });
  }
}

async function runningOf(gateway: GatewayClient): Promise<Finding> {
  try {
    const { gateway: own, site } = await gateway.get<Status>('/status');
    return good('gateway', 'gateway.good', { gateway: own.id, site: site.name });
  } catch (error) {
    if (!(error instanceof AnGridError)) throw error;
    const refused = error.code === 'gateway.socket-refused';
    return broken('gateway', refused ? error.code : 'gateway.not-running', { socket: gateway.socket });
  }
}

async function proofOf(device: string, gateway: GatewayClient, context: Context): Promise<Finding[]> {
  const { locale, progress, world } = context;
  progress.tell(translate(locale, 'proving'));
  const options = { gateway, clock: world.clock, signal: world.interrupted, waitMs: PROOF_MS };
  return [proofIn(await drill({ device, kind: PROOF_KIND }, options))];
}

/** What the first hop that was not reached means. */
export function proofIn({ device, hops }: Drill): Finding {
  const lost = hops.find(({ state }) => state !== 'reached');
  const detail = lost?.detail ?? '';
  if (lost?.hop === 'cloud') return broken('cloud', 'cloud.lost', { device, detail });
  if (lost?.hop === 'unit') return broken('unit', 'unit.lost', { device });
  if (lost) return broken('legs', 'legs.missing', { device, detail });
  const roles = hops.flatMap(({ hop, detail: role }) => (hop === 'leg' && role !== undefined ? [role] : []));
  return good('legs', 'legs.good', { device, roles: roles.join(', ') });
}

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
