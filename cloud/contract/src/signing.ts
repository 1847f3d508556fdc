import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import type { Identity } from './identity.js';
import { chainSeed, identityPreimage } from './preimages.js';

/** DER prefix of an Ed25519 SubjectPublicKeyInfo (RFC 8410 section 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data);
}

export function identify(identity: Identity): string {
  return sha256(identityPreimage(identity));
}

export function firstLink(gateway: string, epoch: number, lane: string): string {
  return sha256(chainSeed(gateway, epoch, lane));
}

/** The link after `line`, given the one before it; both lower-case hex. */
export function nextLink(previous: string, line: string | Uint8Array): string {
  const pair = Buffer.allocUnsafe(64);
  pair.write(previous, 'hex');
  pair.write(hash('sha256', line), 32, 'hex');
  return hash('sha256', pair);
}

export function signText(text: string, key: KeyObject): string {
  return sign(null, Buffer.from(text), key).toString('base64');
}

/** False for a wrong signature and for anything that is no signature. */
export function verifyText(text: string, signature: string, key: KeyObject): boolean {
  const bytes = Buffer.from(signature, 'base64');
  return bytes.length === 64 && verify(null, Buffer.from(text), key, bytes);
}

/** Raw 32 bytes, base64. */
export function rawPublicKey(key: KeyObject): string {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return spki.subarray(SPKI_PREFIX.length).toString('base64');
}

export function publicKeyFromRaw(raw: string): KeyObject {
  return createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, Buffer.from(raw, 'base64')]),
    format: 'der',
    type: 'spki',
  });
}

export function privateKeyFromPem(pem: string): KeyObject {
  return createPrivateKey(pem);
}
