import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import { defaultRulesText } from './default-rules.js';
import { readRuleSet, type RuleSet } from './rule-set.js';

/** Rule sets that have been read lately; a set is never changed once it is written. */
const read = new Map<number, RuleSet>();
const MOST_READ = 16;
const FROM_FILE = 0;

/** The rules that hold now: the set that is switched on, else the file's. */
export async function activeRules(trx: CloudTransaction): Promise<RuleSet> {
  const { rows } = await sql<{ id: number }>`select rule_set as id from rule_sets where active`.execute(trx);
  const id = rows[0]?.id ?? FROM_FILE;
  const known = read.get(id);
  if (known) return known;
  const rules = readRuleSet(id === FROM_FILE ? defaultRulesText() : await textOf(trx, id));
  if (read.size >= MOST_READ) read.clear();
  read.set(id, rules);
  return rules;
}

async function textOf(trx: CloudTransaction, id: number): Promise<string> {
  const row = await trx.selectFrom('rule_sets').select('text').where('rule_set', '=', id).executeTakeFirstOrThrow();
  return row.text;
}
