import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { AnGridError } from '@angrid/contract';
import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();

const tableSchema = z.strictObject({
  /** With schema, quoted as SQL wants it: `public.unit`. */
  name: z.string().min(1).max(300),
  columns: z.array(z.string().min(1).max(63)).min(1).max(1600),
  rows: count,
  /** Name of the file in the folder: COPY's text format, gzip. */
  file: z.string().regex(/^\d{4}\.copy\.gz$/),
  bytes: count,
  sha256,
});

const sequenceSchema = z.strictObject({
  name: z.string().min(1).max(300),
  /** As text: a sequence may pass 2^53. */
  value: z.string().regex(/^-?\d{1,19}$/),
  called: z.boolean(),
});

const manifestSchema = z.strictObject({
  format: z.literal('angrid-database-backup/1'),
  takenAt: z.iso.datetime(),
  server: z.string(),
  migrations: z.array(z.strictObject({ name: z.string(), sha256 })),
  tables: z.array(tableSchema).max(10_000),
  sequences: z.array(sequenceSchema).max(10_000),
});

/** What a backup holds. It is written last: a folder without it is no backup. */
export type Manifest = z.infer<typeof manifestSchema>;
export type TableEntry = z.infer<typeof tableSchema>;
export type SequenceEntry = z.infer<typeof sequenceSchema>;

const FILE = 'manifest.json';

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const file = await open(path.join(folder, FILE), 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Throws `backup.damaged` where the folder holds no readable manifest of this format. */
export async function readManifest(folder: string): Promise<Manifest> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(path.join(folder, FILE), 'utf8')));
  } catch (cause) {
    throw damaged(folder, 'its manifest cannot be read', cause);
  }
}

export function damaged(subject: string, detail: string, cause?: unknown): AnGridError {
  return new AnGridError('backup.damaged', { op: 'backup.read', subject, detail, cause });
}
