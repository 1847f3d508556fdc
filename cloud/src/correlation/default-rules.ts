import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../../playbooks/rules/default.yaml', import.meta.url));

/** The rules that hold where nobody has switched on others. */
export function defaultRulesText(): string {
  return readFileSync(FILE, 'utf8');
}
