import type { AnGridError } from '@angrid/contract';
import { createLog, loadSettings, Redactor, secretsIn, SystemClock } from '@angrid/runtime';
import { defaultConfigFile, gatewaySettings } from './config/settings.js';
import { startGateway } from './gateway.js';

/**
 * The gateway program. Settings: deploy/reference/gateway.md. It ends with SIGTERM or SIGINT; throws `outbox.unusable`
 * once its store takes nothing more, so that whoever started it starts it anew.
 */
export async function runGateway(environment: NodeJS.ProcessEnv, file?: string): Promise<void> {
  const settings = loadSettings(gatewaySettings, { environment, file, defaultFile: defaultConfigFile });
  const clock = new SystemClock();
  const redactor = new Redactor();
  redactor.register(...secretsIn(settings));
  const log = createLog({ name: 'gateway', level: settings.logLevel, redactor, clock });
  const broken = new AbortController();
  const onBroken = (error: AnGridError): void => broken.abort(error);
  const gateway = await startGateway({ settings, clock, log, redactor, onBroken });
  const signal = await untilAsked(broken.signal);
  log.info({ signal }, 'the gateway stops');
  await gateway.stop();
}

/** The signal that asks the process to end; rejects with the reason of `broken`. */
function untilAsked(broken: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(broken.reason as AnGridError);
    if (broken.aborted) return fail();
    broken.addEventListener('abort', fail, { once: true });
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
  });
}
