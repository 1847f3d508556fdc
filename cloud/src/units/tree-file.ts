import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { idSchema, shortText } from '@angrid/contract';
import { z } from 'zod';

/** The trees of this program; the same place seen from sources and from the build. */
export const treesFolder = fileURLToPath(new URL('../../playbooks/trees/', import.meta.url));

const unitSchema = z.object({
  id: idSchema,
  name: shortText,
  kind: z.string().min(1).max(32),
  level: z.number().int().min(0).max(9),
});

/** One tree of units as data: the root, then every unit after its parent. */
export const treeFileSchema = z.object({
  id: idSchema,
  name: z.object({ 'zh-CN': shortText, en: shortText }),
  /** What the ids of its units are, such as `statistical-12`. */
  scheme: z.string().min(1).max(32),
  root: unitSchema,
  units: z.array(unitSchema.extend({ parent: idSchema })).max(100_000),
});
export type TreeFile = z.infer<typeof treeFileSchema>;

export async function readTreeFiles(folder: string = treesFolder): Promise<readonly TreeFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  return texts.map((text) => treeFileSchema.parse(JSON.parse(text)));
}
