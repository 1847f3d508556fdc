import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  AnGridError,
  type EnrolAnswer,
  enrolAnswerSchema,
  enrolPreimage,
  enrolmentCodeSchema,
  gatewayPaths,
} from '@angrid/contract';
import { signText } from '@angrid/contract/signing';
import type { Clock } from '@angrid/runtime';
import { SiteStore } from '../site/site-store.js';
import { CloudClient } from '../uplink/cloud-client.js';
import { saveToken } from '../uplink/token.js';
import { version } from '../version.js';
import { fetchCertificateAuthority } from './cloud-certificate.js';
import { type Enrolment, Identity } from './identity.js';
import { dataLayout } from './layout.js';

export interface EnrolOptions {
  readonly dataFolder: string;
  readonly cloud: string;
  /** The one-time code of the console, with the fingerprint of the cloud's CA behind its dot. */
  readonly code: string;
  readonly name: string;
  readonly clock: Clock;
}

/**
 * Makes the gateway's keys, shows the cloud its one-time code and keeps what the cloud answers. Throws
 * enrol.code-invalid, uplink.unreachable, uplink.untrusted and input.invalid; the code stays usable after the last three.
 */
export async function enrol(options: EnrolOptions): Promise<Enrolment> {
  const { dataFolder, clock, name } = options;
  const code = enrolmentCodeSchema.safeParse(options.code.trim());
  if (!code.success)
    throw new AnGridError('input.invalid', {
      op: 'enrol.code',
      detail: 'it is not of the form XXXX-XXXX-XXXX-XXXX-XXXX.fingerprint',
    });
  if (!URL.canParse(options.cloud) || !options.cloud.startsWith('https://')) {
    throw new AnGridError('input.invalid', {
      op: 'enrol.cloud',
      detail: 'the address of the cloud begins with https://',
    });
  }
  const cloud = new URL(options.cloud);
  const layout = dataLayout(dataFolder);
  const identity = await Identity.open(layout.identity);
  const certificateAuthority = await fetchCertificateAuthority(cloud, code.data.split('.')[1] ?? '');
  const client = new CloudClient({ url: cloud.origin, certificateAuthority, clock });
  const answer = await ask(client, identity, { code: code.data, name }).finally(() => client.close());
  const enrolment = {
    gateway: answer.gateway,
    cloud: cloud.origin,
    name,
    enrolledAt: new Date(clock.wall()).toISOString(),
  };
  await SiteStore.create(layout.site, answer.config);
  await saveToken(join(layout.identity, 'token.json'), answer.token);
  await identity.enrolled(enrolment, answer.certificateAuthority);
  return enrolment;
}

async function ask(
  client: CloudClient,
  identity: Identity,
  { code, name }: { readonly code: string; readonly name: string },
): Promise<EnrolAnswer> {
  const request = { code, publicKey: identity.publicKey, nonce: randomBytes(24).toString('base64url') };
  const signature = signText(enrolPreimage(request), identity.key);
  const body = Buffer.from(JSON.stringify({ ...request, name, version, signature }));
  const headers = { 'content-type': 'application/json' };
  const answer = await client
    .request({ op: 'enrol.send', method: 'POST', path: gatewayPaths.enrol, headers, body })
    .catch((error: unknown) => {
      throw error instanceof AnGridError && error.cause instanceof AnGridError ? error.cause : error;
    });
  const parsed = enrolAnswerSchema.safeParse(JSON.parse(answer.body.toString('utf8')));
  if (parsed.success) return parsed.data;
  throw new AnGridError('uplink.refused', { op: 'enrol.send', detail: 'the answer breaks the contract' });
}
