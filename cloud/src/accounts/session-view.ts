import type { Locale } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudDatabase } from '../database.js';
import { withScope } from '../platform/database/index.js';
import type { Principal } from '../platform/http/principal.js';
import type { AccountRole } from '../schema-people.js';
import type { Session } from './sessions.js';

interface Named {
  readonly id: string;
  readonly name: string;
}

export interface SessionView {
  readonly account: {
    readonly id: string;
    readonly login: string;
    readonly label: string;
    readonly role: AccountRole;
    readonly locale: Locale;
    readonly duties: readonly string[];
  };
  readonly scope: { readonly compounds: readonly Named[] | 'all'; readonly units: readonly string[] | 'all' };
  readonly csrf: string;
  readonly permissions: readonly string[];
  /** due: its role demands one, and nothing else is let do before. */
  readonly secondFactor: 'unset' | 'set' | 'due';
}

/** What the console is told about its own session. */
export async function viewSession(db: CloudDatabase, session: Session, principal: Principal): Promise<SessionView> {
  const { id, login, label, role, locale, duties, secondFactor } = session.account;
  const { scope, owes } = principal;
  const compounds = scope.compounds === 'all' ? 'all' : await namesOf(db, principal);
  return {
    account: { id, login, label, role, locale, duties },
    scope: { compounds, units: scope.units },
    csrf: session.csrf,
    permissions: [...principal.permissions],
    secondFactor: secondFactor ? 'set' : owes === undefined ? 'unset' : 'due',
  };
}

async function namesOf(db: CloudDatabase, { scope }: Principal): Promise<readonly Named[]> {
  return withScope(db.service, scope, async (trx) => {
    const { rows } = await sql<Named>`select compound_id as id, name from compounds order by name`.execute(trx);
    return rows;
  });
}
