import { sql } from 'kysely';
import type { AccountRole } from '../schema-people.js';

export interface Account {
  readonly id: string;
  readonly login: string;
  /** A role's name at a place, not a person's. */
  readonly label: string;
  readonly role: AccountRole;
  readonly compounds: readonly string[];
  readonly unitPaths: readonly string[];
  readonly duties: readonly string[];
  readonly locale: 'zh-CN' | 'en';
  readonly disabledAt: string | null;
  /** It proves more than its password. */
  readonly secondFactor: boolean;
}

/** The columns of `accounts a` as an Account. */
export const accountColumns = sql<Account>`
  a.account_id as id, a.login, a.label, a.role, a.compounds, a.unit_paths as "unitPaths", a.duties, a.locale,
  a.disabled_at as "disabledAt", exists (
    select from second_factors f where f.account_id = a.account_id and f.confirmed_at is not null) as "secondFactor"`;
