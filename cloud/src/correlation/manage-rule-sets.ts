import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import { defaultRulesText } from './default-rules.js';
import { readRuleSet } from './rule-set.js';

/** The number of the file's own rules. */
export const FROM_FILE = 0;

export interface RuleSetView {
  readonly id: number;
  readonly name: string;
  readonly note: string;
  /** A role's name, or null for the file's own. */
  readonly author: string | null;
  readonly createdAt: Date | null;
  readonly active: boolean;
}

/** Every rule set, the latest first and the file's own last. */
export async function listRuleSets(trx: CloudTransaction): Promise<readonly RuleSetView[]> {
  const { rows } = await sql<RuleSetView>`
    select r.rule_set as id, r.name, r.note, coalesce(a.label, r.author) as author, r.created_at as "createdAt", r.active
    from rule_sets r left join accounts a on a.account_id::text = r.author
    order by r.rule_set desc limit 100`.execute(trx);
  const { name } = readRuleSet(defaultRulesText());
  const active = !rows.some((row) => row.active);
  return [...rows, { id: FROM_FILE, name, note: '', author: null, createdAt: null, active }];
}

/** Throws subject.not-found. */
export async function ruleSetText(trx: CloudTransaction, id: number): Promise<string> {
  if (id === FROM_FILE) return defaultRulesText();
  const row = await trx.selectFrom('rule_sets').select('text').where('rule_set', '=', id).executeTakeFirst();
  if (row) return row.text;
  throw new AnGridError('subject.not-found', { op: 'rule-set.read', subject: String(id) });
}

export interface NewRuleSet {
  readonly text: string;
  readonly note: string;
  readonly author: string;
  readonly now: Date;
}

/** Keeps a rule set, which is not switched on by that. Throws input.invalid. */
export async function saveRuleSet(trx: CloudTransaction, { text, note, author, now }: NewRuleSet): Promise<number> {
  const { name } = readRuleSet(text);
  const row = await trx
    .insertInto('rule_sets')
    .values({ name, text, note, author, created_at: now })
    .returning('rule_set')
    .executeTakeFirstOrThrow();
  return row.rule_set;
}

/** From its commit on these rules decide; incidents that are open stay as they are. Throws subject.not-found. */
export async function switchRuleSet(trx: CloudTransaction, id: number): Promise<void> {
  await trx.updateTable('rule_sets').set({ active: false }).where('active', '=', true).execute();
  if (id === FROM_FILE) return;
  const { numUpdatedRows } = await trx
    .updateTable('rule_sets')
    .set({ active: true })
    .where('rule_set', '=', id)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new AnGridError('subject.not-found', { op: 'rule-set.switch', subject: String(id) });
}
