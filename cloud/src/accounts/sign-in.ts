import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { z } from 'zod';
import type { CloudDatabase } from '../database.js';
import { AttemptLimiter } from './attempt-limiter.js';
import { passwordSchema, verifyPassword } from './passwords.js';
import { openSession } from './sessions.js';

export const signInSchema = z.object({ login: z.string().min(1).max(64), password: passwordSchema });
export type SignInRequest = z.infer<typeof signInSchema>;

const PER_LOGIN_AND_ADDRESS = { burst: 5, refillMs: 60_000 };
const PER_ADDRESS = { burst: 40, refillMs: 5_000 };

/** Checks a login and its password. Guessing is bounded by login and address, and by address alone. */
export class SignIn {
  private readonly pairs: AttemptLimiter;
  private readonly addresses: AttemptLimiter;

  constructor(
    private readonly db: CloudDatabase,
    private readonly clock: Clock,
  ) {
    this.pairs = new AttemptLimiter(clock, PER_LOGIN_AND_ADDRESS);
    this.addresses = new AttemptLimiter(clock, PER_ADDRESS);
  }

  /** The token of a new session. Throws auth.too-many-attempts and auth.wrong-credentials. */
  async open({ login, password }: SignInRequest, address: string): Promise<string> {
    const pair = `${address} ${login}`;
    if (!this.addresses.take(address) || !this.pairs.take(pair)) {
      throw new AnGridError('auth.too-many-attempts', { op: 'session.open' });
    }
    const account = await this.db.service
      .selectFrom('accounts')
      .select(['account_id', 'password_hash', 'disabled_at'])
      .where('login', '=', login)
      .executeTakeFirst();
    const matches = await verifyPassword(account?.password_hash ?? null, password);
    if (!account || !matches || account.disabled_at !== null) {
      throw new AnGridError('auth.wrong-credentials', { op: 'session.open' });
    }
    this.pairs.forgive(pair);
    return openSession({ db: this.db, clock: this.clock }, account.account_id);
  }
}
