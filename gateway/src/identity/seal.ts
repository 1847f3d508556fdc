import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AnGridError } from '@angrid/contract';
import { Secret, writeAtomically } from '@angrid/runtime';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals small secrets with AES-256-GCM under a key of this box. The key lies beside the data: it guards backups and
 * copies of single files, not a stolen disk.
 */
export class Seal {
  constructor(private readonly key: Buffer) {}

  static async open(keyFile: string): Promise<Seal> {
    const key = await readFile(keyFile).catch(() => undefined);
    if (key?.length === 32) return new Seal(key);
    const made = randomBytes(32);
    await writeAtomically(keyFile, made);
    return new Seal(made);
  }

  close(secret: Secret): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce);
    const sealed = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** Throws config.secret-missing for what another key has sealed. */
  unseal(sealed: string): Secret {
    return new Secret(this.openBytes(Buffer.from(sealed, 'base64')).toString('utf8'));
  }

  /** Seals bytes, as the raw payloads that no profile knows. */
  closeBytes(plain: Uint8Array): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce);
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  openBytes(sealed: Buffer): Buffer {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, sealed.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw new AnGridError('config.secret-missing', { op: 'seal.open', detail: 'sealed by another key', cause });
    }
  }
}
