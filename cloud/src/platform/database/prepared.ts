import { createHash } from 'node:crypto';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { errorCode } from './error-code.js';
import { type Answer, HeldStatements, isHeld } from './held-statements.js';

/** Texts that are remembered as seen once, and statements that a connection keeps. */
const MOST_SEEN = 1000;
const MOST_KEPT = 500;
/** "cached plan must not change result type": a migration of another process has changed a table. */
const STALE_PLAN = '0A000';

/** Has no plan, or is more than one statement. */
const NOT_KEPT = /^(begin|start|commit|rollback|savepoint|release)\b|;/i;

/**
 * A pool whose connections keep the statements that are asked again: they are parsed once a connection, and planned a
 * few times (PostgreSQL 15, PREPARE, "Notes"). A connection whose plans a migration has made stale is given up.
 */
export class PreparingPool implements PostgresPool {
  private readonly clients = new WeakMap<pg.PoolClient, PreparingClient>();
  private readonly statements = new Statements();

  constructor(private readonly pool: pg.Pool) {}

  async connect(): Promise<PostgresPoolClient> {
    const client = await this.pool.connect();
    const known = this.clients.get(client);
    if (known) return known;
    const preparing = new PreparingClient(client, this.statements);
    this.clients.set(client, preparing);
    return preparing;
  }

  end(): Promise<void> {
    return this.pool.end();
  }
}

/** Which statements have a name. */
export class Statements {
  private readonly seen = new Set<string>();
  private readonly names = new Map<string, string>();

  /** The name of a statement that comes for the second time at least; undefined where it is not worth one. */
  nameOf(text: string): string | undefined {
    const name = this.names.get(text);
    if (name !== undefined || this.names.size === MOST_KEPT) return name;
    if (!this.seen.delete(text)) {
      if (this.seen.size === MOST_SEEN) this.seen.clear();
      this.seen.add(text);
      return undefined;
    }
    const fresh = `s_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    this.names.set(text, fresh);
    return fresh;
  }
}

class PreparingClient implements PostgresPoolClient {
  private isStale = false;
  private readonly held: HeldStatements;

  constructor(
    private readonly client: pg.PoolClient,
    private readonly statements: Statements,
  ) {
    this.held = new HeldStatements(client);
  }

  /** Cursors are not used here. */
  readonly query = this.ask.bind(this) as unknown as PostgresPoolClient['query'];

  release(): void {
    this.client.release(this.isStale);
  }

  private async ask(text: string, values: readonly unknown[]): Promise<Answer> {
    const send = (): Promise<Answer> => this.send(text, values);
    return isHeld(text) ? this.held.hold(send) : this.held.sendWith(text, send);
  }

  private async send(text: string, values: readonly unknown[]): Promise<Answer> {
    const name = NOT_KEPT.test(text) ? undefined : this.statements.nameOf(text);
    try {
      return await this.client.query({ text, values: [...values], ...(name !== undefined && { name }) });
    } catch (error) {
      this.isStale ||= errorCode(error) === STALE_PLAN;
      throw error;
    }
  }
}
