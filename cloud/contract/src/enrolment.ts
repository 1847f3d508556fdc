import { z } from 'zod';
import { idSchema, instantSchema, shortText } from './primitives.js';
import { siteConfigSchema } from './site.js';

/** Raw 32-byte Ed25519 public key, base64. */
export const publicKeySchema = z.base64().length(44);

/**
 * What an installer types: 20 characters of Crockford base32 in groups of four, then a dot and the first 32 hex
 * characters of the SHA-256 of the cloud's CA certificate (DER), so that the gateway knows its cloud before it trusts it.
 */
export const enrolmentCodeSchema = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){4}\.[0-9a-f]{32}$/);

export const enrolRequestSchema = z.object({
  code: z.string().max(80),
  name: shortText,
  publicKey: publicKeySchema,
  version: z.string().max(32),
  nonce: z.string().min(16).max(64),
  /** Base64 Ed25519 signature over `enrolPreimage`: proof that the key is held. */
  signature: z.string().max(128),
});
export type EnrolRequest = z.infer<typeof enrolRequestSchema>;

export const tokenSchema = z.object({ token: z.string().min(32).max(256), expiresAt: instantSchema });
export type GatewayToken = z.infer<typeof tokenSchema>;

export const enrolAnswerSchema = z.object({
  gateway: idSchema,
  token: tokenSchema,
  /** PEM of the CA that signs the cloud's certificates; pinned from now on. */
  certificateAuthority: z.string().max(8192),
  config: siteConfigSchema,
});
export type EnrolAnswer = z.infer<typeof enrolAnswerSchema>;

/** A new token is asked for with the key, before the old one ends. `at` must lie within five minutes of cloud time. */
export const tokenRequestSchema = z.object({
  gateway: idSchema,
  at: instantSchema,
  nonce: z.string().min(16).max(64),
  signature: z.string().max(128),
});
export type TokenRequest = z.infer<typeof tokenRequestSchema>;

export function enrolPreimage({ code, publicKey, nonce }: Pick<EnrolRequest, 'code' | 'publicKey' | 'nonce'>): string {
  return JSON.stringify(['angrid/enrol/1', code, publicKey, nonce]);
}

export function tokenPreimage({ gateway, at, nonce }: Omit<TokenRequest, 'signature'>): string {
  return JSON.stringify(['angrid/token/1', gateway, at, nonce]);
}
