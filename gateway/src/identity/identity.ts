import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnGridError } from '@angrid/contract';
import { privateKeyFromPem, rawPublicKey } from '@angrid/contract/signing';
import { writeAtomically } from '@angrid/runtime';
import { z } from 'zod';

const enrolledSchema = z.object({
  gateway: z.string(),
  cloud: z.url(),
  name: z.string(),
  enrolledAt: z.string(),
});

/** Where the gateway belongs, since `angrid init`. */
export type Enrolment = z.infer<typeof enrolledSchema>;

/** The gateway's own key pair and what the cloud has told it at enrolment. */
export class Identity {
  private constructor(
    private readonly folder: string,
    readonly key: KeyObject,
    /** Keys the pseudonyms of credentials; never leaves the site. */
    readonly siteKey: Buffer,
  ) {}

  /** Makes the keys at the first call. */
  static async open(folder: string): Promise<Identity> {
    const pem = await readOr(join(folder, 'key.pem'), () =>
      generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    );
    const siteKey = await readOr(join(folder, 'site.key'), () => randomBytes(32).toString('base64'));
    return new Identity(folder, privateKeyFromPem(pem), Buffer.from(siteKey, 'base64'));
  }

  get publicKey(): string {
    return rawPublicKey(this.key);
  }

  async enrolment(): Promise<Enrolment> {
    const text = await readFile(join(this.folder, 'gateway.json'), 'utf8').catch(() => undefined);
    const parsed = enrolledSchema.safeParse(text === undefined ? undefined : JSON.parse(text));
    if (parsed.success) return parsed.data;
    throw new AnGridError('gateway.not-initialised', { op: 'identity.load', subject: this.folder });
  }

  async certificateAuthority(): Promise<string> {
    return readFile(join(this.folder, 'cloud-ca.pem'), 'utf8');
  }

  async enrolled(enrolment: Enrolment, certificateAuthority: string): Promise<void> {
    await writeAtomically(join(this.folder, 'cloud-ca.pem'), certificateAuthority);
    await writeAtomically(join(this.folder, 'gateway.json'), `${JSON.stringify(enrolment, null, 2)}\n`);
  }
}

async function readOr(file: string, make: () => string): Promise<string> {
  const found = await readFile(file, 'utf8').catch(() => undefined);
  if (found !== undefined) {
    await chmod(file, 0o600);
    return found;
  }
  const made = make();
  await writeAtomically(file, made);
  return made;
}
