import { createHash } from 'node:crypto';
import { AnGridError } from '@angrid/contract';
import { z } from 'zod';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { type Difference, diffPlaybooks } from './diff.js';
import type { Governance } from './governance.js';
import type { Playbook } from './playbook.js';

const MOST = 100;

export interface PlaybookVersion {
  /** SHA-256 of its content: names it, also where a file was changed and kept its number. */
  readonly digest: string;
  readonly version: number;
  readonly firstUsedAt: Date;
  /** It is what the cloud goes by now. */
  readonly current: boolean;
}

const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);
export const comparedSchema = z.strictObject({ before: digestSchema, after: digestSchema });

/** Keeps the playbooks that this cloud goes by beside those that it went by before. What is there stays as it is. */
export async function keepVersions(db: CloudDatabase, { playbooks }: Governance, now: Date): Promise<void> {
  const rows = [...playbooks.values()].map((playbook) => ({
    playbook: playbook.id,
    version: playbook.version,
    digest: digestOf(playbook),
    content: JSON.stringify(playbook),
    first_used_at: now,
  }));
  await withScope(db.service, systemScope('playbooks'), (trx) =>
    trx
      .insertInto('playbook_versions')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

/** The latest first. */
export async function listVersions(trx: CloudTransaction, playbook: Playbook): Promise<readonly PlaybookVersion[]> {
  const rows = await trx
    .selectFrom('playbook_versions')
    .select(['digest', 'version', 'first_used_at as firstUsedAt'])
    .where('playbook', '=', playbook.id)
    .orderBy('first_used_at', 'desc')
    .orderBy('version', 'desc')
    .limit(MOST)
    .execute();
  const now = digestOf(playbook);
  return rows.map((row) => ({ ...row, current: row.digest === now }));
}

/** What is different between two versions of a playbook. Throws subject.not-found. */
export async function compareVersions(
  trx: CloudTransaction,
  playbook: string,
  { before, after }: z.infer<typeof comparedSchema>,
): Promise<readonly Difference[]> {
  const rows = await trx
    .selectFrom('playbook_versions')
    .select(['digest', 'content'])
    .where('playbook', '=', playbook)
    .where('digest', 'in', [before, after])
    .execute();
  const contentOf = (digest: string): Playbook => {
    const found = rows.find((row) => row.digest === digest);
    if (found) return found.content;
    throw new AnGridError('subject.not-found', { op: 'playbook.compare', subject: digest });
  };
  return diffPlaybooks(contentOf(before), contentOf(after));
}

function digestOf(playbook: Playbook): string {
  return createHash('sha256').update(JSON.stringify(playbook)).digest('hex');
}
