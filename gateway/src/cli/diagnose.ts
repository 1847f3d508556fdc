import { AnGridError, type Locale } from '@angrid/contract';
import { catalogue } from '@angrid/runtime';
import type { Status } from '../control/answers.js';
import { broken, type Finding, good, warning } from '../control/finding.js';
import type { Context } from './context.js';
import { type Drill, drill } from './drill.js';
import type { GatewayClient } from './gateway-client.js';
import { roleWord } from './role-words.js';

const { translate } = catalogue({
  en: { proving: 'sending an exercise …' },
  'zh-CN': { proving: '正在发出演练…' },
});

const PROOF_MS = 20_000;
/** Every rule lets it pass, on every device. */
const PROOF_KIND = 'tamper.device';

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
  return [proofIn(await drill({ device, kind: PROOF_KIND }, options), locale)];
}

/** What the first hop that was not reached means. */
export function proofIn({ device, hops }: Drill, locale: Locale): Finding {
  const lost = hops.find(({ state }) => state !== 'reached');
  const detail =
    lost?.hop === 'leg' && lost.detail !== undefined ? roleWord(lost.detail, locale) : (lost?.detail ?? '');
  if (lost?.hop === 'cloud') return broken('cloud', 'cloud.lost', { device, detail });
  if (lost?.hop === 'unit') return broken('unit', 'unit.lost', { device });
  if (lost) return broken('legs', 'legs.missing', { device, detail });
  const roles = hops.flatMap(({ hop, detail: role }) =>
    hop === 'leg' && role !== undefined ? [roleWord(role, locale)] : [],
  );
  return good('legs', 'legs.good', { device, roles: roles.join(', ') });
}
