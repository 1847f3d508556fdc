import { readdirSync, readFileSync } from 'node:fs';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { z } from 'zod';
import { batchAnswerSchema } from './batch.js';
import { commandResultSchema, commandSchema } from './commands.js';
import { enrolAnswerSchema, enrolRequestSchema, tokenRequestSchema, tokenSchema } from './enrolment.js';
import { itemSchema } from './items.js';
import { sha256 } from './signing.js';
import { siteConfigSchema } from './site.js';
import { traceSchema } from './trace.js';

const folder = new URL('../golden/v1/', import.meta.url);

/** PKCS #8 prefix of an Ed25519 private key (RFC 8410 section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The schema of a golden file, by the first word of its name; batches and the key are read on their own. */
const schemas: Readonly<Record<string, z.ZodType>> = {
  item: itemSchema,
  answer: batchAnswerSchema,
  site: siteConfigSchema,
  command: commandSchema,
  'command-result': commandResultSchema,
  'enrol-request': enrolRequestSchema,
  'enrol-answer': enrolAnswerSchema,
  'token-request': tokenRequestSchema,
  token: tokenSchema,
  trace: traceSchema,
};

export interface Golden {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly value: unknown;
}

export function goldenText(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}

export function goldenJson(name: string): unknown {
  return JSON.parse(goldenText(name));
}

export function goldenNames(): string[] {
  return readdirSync(folder).sort();
}

/** Every golden file that is one JSON value of the contract. Throws for a file that no schema stands for. */
export function goldenValues(): Golden[] {
  const names = goldenNames().filter((name) => name.endsWith('.json') && name !== 'key.json');
  return names.map((name) => {
    const schema = schemas[name.split('.')[0] ?? ''];
    if (schema === undefined) throw new Error(`no schema for ${name}`);
    return { name, schema, value: goldenJson(name) };
  });
}

export function goldenKey(): { readonly privateKey: KeyObject; readonly publicKey: string } {
  const { seedIsSha256Of, publicKey } = goldenJson('key.json') as { seedIsSha256Of: string; publicKey: string };
  const der = Buffer.concat([PKCS8_PREFIX, Buffer.from(sha256(seedIsSha256Of), 'hex')]);
  return { privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }), publicKey };
}
