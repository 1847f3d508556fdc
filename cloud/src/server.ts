import { hostname } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import 'reflect-metadata';
import { ownCertificates, Redactor } from '@angrid/runtime';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { firstStartLink } from './accounts/links.js';
import { AppModule } from './app.module.js';
import { openChannels } from './channels/open-channels.js';
import type { CloudDatabase } from './database.js';
import { startHttpServer } from './platform/http/http-server.js';
import { openOwnDatabase, type OwnDatabaseOptions } from './own-database.js';
import { Notifications } from './platform/database/index.js';
import { openGovernance } from './playbooks/governance.js';
import { keepVersions } from './playbooks/versions.js';
import { CloudReadiness } from './readiness.js';
import { authenticateGateway } from './sites/gateway-authenticator.js';
import { startWorkers } from './workers.js';

export interface CloudOptions extends OwnDatabaseOptions {
  readonly redactor?: Redactor;
  /** Folder of the built console; that of this program where it is not given. */
  readonly web?: string;
  /** An open database instead of the one that the settings name; it is left open at the end. */
  readonly database?: CloudDatabase;
}

export interface RunningCloud {
  readonly httpsUrl: string;
  readonly localUrl: string | undefined;
  /** Where the first administrator sets a password; undefined where that has been done. */
  readonly setupLink: string | undefined;
  /** PEM of the CA that signs the certificate of `httpsUrl`. */
  readonly certificateAuthority: string;
  readonly db: CloudDatabase;
  stop(): Promise<void>;
}

/** The built console, seen from sources and from the build. */
const WEB_FOLDER = fileURLToPath(new URL('../web/dist', import.meta.url));
const RENEW_EVERY_MS = 86_400_000;

/** Starts everything: database, certificates, workers, HTTP. What has been started is stopped again where a part fails. */
export async function startCloud(options: CloudOptions): Promise<RunningCloud> {
  const { settings, clock, log } = options;
  const redactor = options.redactor ?? new Redactor();
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const db = options.database ?? (await openOwnDatabase(options));
    if (!options.database) stops.push(() => db.close());
    const certificates = await certificatesOf(options);
    const notifications = new Notifications({ address: db.address, clock, log });
    stops.push(() => notifications.close());
    const metrics = new Registry();
    collectDefaultMetrics({ register: metrics });
    const governance = await openGovernance(settings.governance);
    await keepVersions(db, governance, new Date(clock.wall()));
    const channels = await openChannels({ db, clock, log, settings });
    const made = { db, clock, log, settings, notifications, metrics, governance };
    const { hub, ...workers } = startWorkers({ ...made, courier: channels.courier });
    stops.push(() => workers.stop());
    const readiness = new CloudReadiness({ db, clock, stuck: workers.stuck });
    const parts = { ...made, redactor, certificates, hub, channels, readiness };
    const app = AppModule.with({ ...parts, gateways: authenticateGateway });
    const http = await startHttpServer({
      app,
      tls: certificates,
      listen: settings.listen,
      web: options.web ?? WEB_FOLDER,
    });
    stops.push(() => http.close());
    stops.push(renewing(options, http.renew));
    stops.push(async () => readiness.stop());
    const httpsUrl = urlOf('https', settings.listen.names[0], http.https);
    const link = await firstStartLink({ db, clock });
    const localUrl = http.local && urlOf('http', undefined, http.local);
    log.info({ url: httpsUrl, ...(localUrl && { localUrl }) }, 'the cloud is ready');
    return {
      httpsUrl,
      localUrl,
      setupLink: link === undefined ? undefined : `${httpsUrl}/setup#${link}`,
      certificateAuthority: certificates.ca,
      db,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function certificatesOf({ settings, clock }: CloudOptions): ReturnType<typeof ownCertificates> {
  const folder = path.join(settings.data, 'pki');
  return ownCertificates({ name: 'AnGrid cloud', folder, hosts: [...settings.listen.names, hostname()], clock });
}

type Renew = (tls: { readonly key: string; readonly cert: string }) => void;

function renewing(options: CloudOptions, renew: Renew): () => Promise<void> {
  const cancel = options.clock.every(RENEW_EVERY_MS, () => {
    certificatesOf(options).then(
      (certificates) => certificates.renewed && renew(certificates),
      (error: unknown) => options.log.error({ err: error }, 'the certificate could not be renewed'),
    );
  });
  return async () => cancel();
}

function urlOf(scheme: string, name: string | undefined, { address, family, port }: Listening): string {
  const everywhere = address === '0.0.0.0' || address === '::';
  const numeric = family === 'IPv6' ? `[${address}]` : address;
  return `${scheme}://${name ?? (everywhere ? '127.0.0.1' : numeric)}:${port}`;
}

interface Listening {
  readonly address: string;
  readonly family: string;
  readonly port: number;
}
