import { sql, type Transaction } from 'kysely';
import type pg from 'pg';

/** What Kysely reads of an answer. */
export type Answer = Pick<pg.QueryResult, 'command' | 'rowCount' | 'rows'>;

/** Begins the text of a statement that nobody waits for. */
const UNAWAITED = '/* unawaited */';
const BEGINS = /^(begin|start transaction)\b/;
const ROLLS_BACK = /^rollback\b/;
const NOTHING: Answer = { command: 'SELECT', rowCount: 0, rows: [] };

/**
 * Sends a statement of whose answer nothing is needed: it travels with those that follow, in their order. What goes
 * wrong with it is thrown by the next statement of the transaction that is waited for, at the latest by its commit.
 */
export function send<Schema>(trx: Transaction<Schema>) {
  return async (text: TemplateStringsArray, ...values: readonly unknown[]): Promise<void> => {
    await sql`${sql.raw(UNAWAITED)} ${sql(text, ...values)}`.execute(trx);
  };
}

/** Whether the statement waits for the next one: what is sent, and the beginning of a transaction. */
export function isHeld(text: string): boolean {
  return text.startsWith(UNAWAITED) || BEGINS.test(text);
}

/**
 * The statements of a connection that travel with the next one that is waited for: one packet to the database, which
 * answers them in their order (PostgreSQL 15, 55.2.4 "Pipelining").
 */
export class HeldStatements {
  private readonly answers: Promise<Answer>[] = [];

  constructor(private readonly client: pg.PoolClient) {}

  hold(ask: () => Promise<Answer>): Answer {
    if (this.answers.length === 0) this.client.connection.stream.cork();
    const answer = ask();
    answer.catch(() => undefined);
    this.answers.push(answer);
    return NOTHING;
  }

  /** Sends them with this one, and throws what has gone wrong first; a rollback is glad of what was refused. */
  async sendWith(text: string, ask: () => Promise<Answer>): Promise<Answer> {
    const answer = ask();
    if (this.answers.length === 0) return answer;
    this.client.connection.stream.uncork();
    const all = await Promise.allSettled([...this.answers.splice(0), answer]);
    const failure = all.find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected' && !ROLLS_BACK.test(text)) throw failure.reason;
    return answer;
  }
}
