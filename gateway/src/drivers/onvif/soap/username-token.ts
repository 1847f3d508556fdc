import { hash, randomBytes } from 'node:crypto';
import type { Credentials } from '../../../digest/digest.js';
import { escapeXml } from './xml.js';

const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const WSU = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
const DIGEST = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest';
const BASE64 = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary';

/**
 * The WS-UsernameToken header with PasswordDigest = Base64(SHA-1(nonce + created + password)).
 * `createdMs` is the time of the CAMERA: it refuses tokens that are old by its own clock.
 */
export function usernameToken(credentials: Credentials, createdMs: number, nonce: Buffer = randomBytes(16)): string {
  const created = new Date(createdMs).toISOString();
  const digest = hash('sha1', Buffer.concat([nonce, Buffer.from(created + credentials.password.reveal())]), 'base64');
  return (
    `<wsse:Security s:mustUnderstand="1" xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}"><wsse:UsernameToken>` +
    `<wsse:Username>${escapeXml(credentials.user)}</wsse:Username>` +
    `<wsse:Password Type="${DIGEST}">${digest}</wsse:Password>` +
    `<wsse:Nonce EncodingType="${BASE64}">${nonce.toString('base64')}</wsse:Nonce>` +
    `<wsu:Created>${created}</wsu:Created>` +
    '</wsse:UsernameToken></wsse:Security>'
  );
}
