import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { z } from 'zod';
import type { CloudDatabase } from '../database.js';
import { AttemptLimiter } from './attempt-limiter.js';
import { passwordSchema, verifyPassword } from './passwords.js';
import { codeSchema, type SecondFactors } from './second-factors.js';
import { openSession } from './sessions.js';

export const signInSchema = z.object({
  login: z.string().min(1).max(64),
  password: passwordSchema,
  code: codeSchema.optional(),
});
export type SignInRequest = z.infer<typeof signInSchema>;

const PER_LOGIN_AND_ADDRESS = { burst: 5, refillMs: 60_000 };
const PER_ADDRESS = { burst: 40, refillMs: 5_000 };

export interface SignInParts {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly factors: SecondFactors;
}

/** Checks a login, its password and its second factor. Guessing is bounded by login and address, and by address alone. */
export class SignIn {
  private readonly pairs: AttemptLimiter;
  private readonly addresses: AttemptLimiter;

  constructor(private readonly parts: SignInParts) {
    this.pairs = new AttemptLimiter(parts.clock, PER_LOGIN_AND_ADDRESS);
    this.addresses = new AttemptLimiter(parts.clock, PER_ADDRESS);
  }

  /** The token of a new session. Throws as `prove` does. */
  async open(request: SignInRequest, address: string): Promise<string> {
    return openSession(this.parts, await this.prove(request, address));
  }

  /**
   * The account whose password and code these are; nothing is said of the code before the password is right. Throws
   * auth.too-many-attempts, auth.wrong-credentials, auth.second-factor-needed and auth.wrong-second-factor.
   */
  async prove({ login, password, code }: SignInRequest, address: string): Promise<string> {
    const account = await this.accountOf(login, password, address);
    await this.parts.factors.prove(account, code);
    this.pairs.forgive(pairOf(login, address));
    return account;
  }

  private async accountOf(login: string, password: string, address: string): Promise<string> {
    if (!this.addresses.take(address) || !this.pairs.take(pairOf(login, address))) {
      throw new AnGridError('auth.too-many-attempts', { op: 'session.open' });
    }
    const account = await this.parts.db.service
      .selectFrom('accounts')
      .select(['account_id', 'password_hash', 'disabled_at'])
      .where('login', '=', login)
      .executeTakeFirst();
    const matches = await verifyPassword(account?.password_hash ?? null, password);
    if (account && matches && account.disabled_at === null) return account.account_id;
    throw new AnGridError('auth.wrong-credentials', { op: 'session.open' });
  }
}

function pairOf(login: string, address: string): string {
  return `${address} ${login}`;
}
