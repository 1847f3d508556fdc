import { createLog, loadSettings, Redactor, secretsIn, SystemClock } from '@angrid/runtime';
import { defaultConfigFile, gatewaySettings } from './config/settings.js';
import { startGateway } from './gateway.js';

/** The gateway program. Settings: deploy/reference/gateway.md. It ends with SIGTERM or SIGINT. */
export async function runGateway(environment: NodeJS.ProcessEnv, file?: string): Promise<void> {
  const settings = loadSettings(gatewaySettings, { environment, file, defaultFile: defaultConfigFile });
  const clock = new SystemClock();
  const redactor = new Redactor();
  redactor.register(...secretsIn(settings));
  const log = createLog({ name: 'gateway', level: settings.logLevel, redactor, clock });
  const gateway = await startGateway({ settings, clock, log, redactor });
  const signal = await new Promise<string>((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
  });
  log.info({ signal }, 'the gateway stops');
  await gateway.stop();
}
