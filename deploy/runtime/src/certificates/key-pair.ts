import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

/** A private key and the certificate of its public half. */
export interface KeyPair {
  readonly key: KeyObject;
  readonly cert: X509Certificate;
}

/** Key and certificate as one PEM text. */
export function bundleOf({ key, cert }: KeyPair): string {
  return `${keyPem(key)}${cert.toString()}`;
}

/** Reads what `bundleOf` wrote. Throws where it is not that, or the key is not the certificate's. */
export function readBundle(pem: string): KeyPair {
  const pair = { key: createPrivateKey(pem), cert: new X509Certificate(pem) };
  if (!pair.cert.checkPrivateKey(pair.key)) throw new Error('the key is not that of the certificate');
  return pair;
}

export function keyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
