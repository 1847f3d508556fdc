import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AnGridError } from '@angrid/contract';
import { Secret } from '@angrid/runtime';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_BYTES = 4;
const KEY_CHARACTERS = 32;

/** Seals what stands in the database and must not be read there. Key id, nonce, tag, ciphertext. */
export class SealingBox {
  private readonly key: Buffer;
  private readonly keyId: Buffer;

  constructor(secret: Secret) {
    this.key = Buffer.from(hkdfSync('sha256', secret.reveal(), '', 'angrid/channels/1', 32));
    this.keyId = createHash('sha256').update(this.key).digest().subarray(0, KEY_ID_BYTES);
  }

  /** `belongsTo` is the row: what is sealed for one opens in no other. */
  seal(text: string, belongsTo: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.key, nonce).setAAD(Buffer.from(belongsTo));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([this.keyId, nonce, cipher.getAuthTag(), sealed]);
  }

  /** Throws channel.sealed-elsewhere where another key sealed it, or somebody changed it. */
  open(sealed: Buffer, belongsTo: string): string {
    const nonceEnd = KEY_ID_BYTES + NONCE_BYTES;
    const tagEnd = nonceEnd + TAG_BYTES;
    try {
      const nonce = sealed.subarray(KEY_ID_BYTES, nonceEnd);
      const cipher = createDecipheriv(CIPHER, this.key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(belongsTo)).setAuthTag(sealed.subarray(nonceEnd, tagEnd));
      return Buffer.concat([cipher.update(sealed.subarray(tagEnd)), cipher.final()]).toString('utf8');
    } catch {
      const detail = this.keyId.equals(sealed.subarray(0, KEY_ID_BYTES)) ? 'damaged' : 'another key';
      throw new AnGridError('channel.sealed-elsewhere', { op: 'channel.open', subject: belongsTo, detail });
    }
  }
}

/** The box of the given key, else of the key in the data folder, which is made at the first start. */
export async function openSealingBox(given: Secret | undefined, data: string): Promise<SealingBox> {
  if (given !== undefined) return new SealingBox(given);
  const folder = path.join(data, 'pki');
  const file = path.join(folder, 'channels.key');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fresh = randomBytes(KEY_CHARACTERS).toString('base64url');
  await writeFile(file, `${fresh}\n`, { mode: 0o600, flag: 'wx', flush: true }).catch(unlessThere);
  await chmod(file, 0o600);
  return new SealingBox(new Secret((await readFile(file, 'utf8')).trim()));
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
