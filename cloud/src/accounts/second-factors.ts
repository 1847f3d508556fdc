import { AnGridError, type ErrorCode } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { sql } from 'kysely';
import { z } from 'zod';
import type { SealingBox } from '../channels/sealing.js';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { AttemptLimiter } from './attempt-limiter.js';
import { digitsOf, findRecoveryCode, hashRecoveryCodes, newRecoveryCodes, RECOVERY_DIGITS } from './recovery-codes.js';
import { closeSessionsOf } from './sessions.js';
import { CODE_DIGITS, newTotpSecret, totpStep, totpUri } from './totp.js';

/** Six digits of an authenticator app, or a recovery code, with what people put between digits. */
export const codeSchema = z.string().min(1).max(32);

/** Of one account, from wherever: a code is one of a million. */
const PER_ACCOUNT = { burst: 10, refillMs: 300_000 };

export interface SecondFactorsParts {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly box: SealingBox;
}

export interface Offer {
  /** Base 32. */
  readonly secret: string;
  /** The same as `otpauth://…`. */
  readonly uri: string;
}

export interface SecondFactorView {
  readonly since: Date | null;
  readonly recoveryCodesLeft: number;
}

interface Factor {
  readonly account_id: string;
  readonly sealed: Buffer;
  readonly confirmed_at: Date | null;
  readonly recovery: readonly string[];
}

/** What accounts prove besides their passwords: codes of an authenticator app (TOTP), or recovery codes, each once. */
export class SecondFactors {
  private readonly guesses: AttemptLimiter;

  constructor(private readonly parts: SecondFactorsParts) {
    this.guesses = new AttemptLimiter(parts.clock, PER_ACCOUNT);
  }

  async view(account: string): Promise<SecondFactorView> {
    const factor = await this.find(account);
    return { since: factor?.confirmed_at ?? null, recoveryCodesLeft: factor?.recovery.length ?? 0 };
  }

  /** A secret that holds once `confirm` has seen a code of it; one offered before is forgotten. Throws subject.conflict. */
  async offer({ id, login }: { readonly id: string; readonly login: string }): Promise<Offer> {
    const secret = newTotpSecret();
    const sealed = this.parts.box.seal(secret, rowName(id));
    const { numInsertedOrUpdatedRows } = await this.parts.db.service
      .insertInto('second_factors')
      .values({ account_id: id, sealed })
      .onConflict((conflict) =>
        conflict.column('account_id').doUpdateSet({ sealed }).where('second_factors.confirmed_at', 'is', null),
      )
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 0n) throw conflict('the account has a second factor');
    return { secret, uri: totpUri(secret, login) };
  }

  /**
   * From now on the account needs codes; those that are returned stand in for a lost phone and are shown nowhere again.
   * Throws auth.wrong-second-factor, auth.too-many-attempts and subject.conflict.
   */
  async confirm(account: string, code: string): Promise<readonly string[]> {
    const factor = await this.find(account);
    if (!factor || factor.confirmed_at !== null) throw conflict('no second factor is offered to the account');
    const step = await this.guess(account, () => this.stepOf(factor, code));
    const recoveryCodes = newRecoveryCodes();
    const { numUpdatedRows } = await this.parts.db.service
      .updateTable('second_factors')
      .set({ confirmed_at: this.now(), last_step: step, recovery: await hashRecoveryCodes(recoveryCodes) })
      .where('account_id', '=', account)
      .where('sealed', '=', factor.sealed)
      .where('confirmed_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw conflict('another second factor was offered meanwhile');
    return recoveryCodes;
  }

  /**
   * For whom the password was right: an account without a second factor needs no code. Throws auth.second-factor-needed,
   * auth.wrong-second-factor and auth.too-many-attempts.
   */
  async prove(account: string, code: string | undefined): Promise<void> {
    const factor = await this.find(account);
    if (!factor || factor.confirmed_at === null) return;
    if (code === undefined) throw refused('auth.second-factor-needed', account);
    await this.guess(account, async () => (await this.spend(factor, code)) || undefined);
  }

  /** What `look` finds by a code that somebody gave. */
  private async guess<Found>(
    account: string,
    look: () => Found | Promise<Found | undefined> | undefined,
  ): Promise<Found> {
    if (!this.guesses.take(account)) throw refused('auth.too-many-attempts', account);
    const found = await look();
    if (found === undefined) throw refused('auth.wrong-second-factor', account);
    this.guesses.forgive(account);
    return found;
  }

  /** Takes a code, of which two requests at once get one answer. False where it is wrong or was taken before. */
  private async spend(factor: Factor, code: string): Promise<boolean> {
    const digits = digitsOf(code);
    if (digits.length === CODE_DIGITS) return this.spendStep(factor, digits);
    return digits.length === RECOVERY_DIGITS && this.spendRecoveryCode(factor, digits);
  }

  private async spendStep(factor: Factor, code: string): Promise<boolean> {
    const step = this.stepOf(factor, code);
    if (step === undefined) return false;
    const { numUpdatedRows } = await this.parts.db.service
      .updateTable('second_factors')
      .set({ last_step: step })
      .where('account_id', '=', factor.account_id)
      .where('last_step', '<', step)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  private async spendRecoveryCode({ account_id: account, recovery }: Factor, code: string): Promise<boolean> {
    const hash = await findRecoveryCode(recovery, code);
    if (hash === undefined) return false;
    const { numAffectedRows } = await sql`
      update second_factors set recovery = array_remove(recovery, ${hash})
      where account_id = ${account} and ${hash} = any (recovery)`.execute(this.parts.db.service);
    return numAffectedRows === 1n;
  }

  private stepOf({ account_id: account, sealed }: Factor, code: string): number | undefined {
    return totpStep(this.parts.box.open(sealed, rowName(account)), digitsOf(code), this.parts.clock.wall());
  }

  private find(account: string): Promise<Factor | undefined> {
    return this.parts.db.service
      .selectFrom('second_factors')
      .select(['account_id', 'sealed', 'confirmed_at', 'recovery'])
      .where('account_id', '=', account)
      .executeTakeFirst();
  }

  private now(): Date {
    return new Date(this.parts.clock.wall());
  }
}

/** The account signs in by its password alone, and its sessions end. `also` is done in the same transaction. */
export async function removeSecondFactor(
  db: CloudDatabase,
  account: string,
  also: (trx: CloudTransaction) => Promise<void> = async () => undefined,
): Promise<void> {
  await db.service.transaction().execute(async (trx) => {
    const { numDeletedRows } = await trx
      .deleteFrom('second_factors')
      .where('account_id', '=', account)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new AnGridError('subject.not-found', { op: 'second-factor.remove' });
    await also(trx);
  });
  await closeSessionsOf(db, account);
}

/** What is sealed for a second factor opens nowhere else. */
function rowName(account: string): string {
  return `second-factor ${account}`;
}

function refused(code: ErrorCode, account: string): AnGridError {
  return new AnGridError(code, { op: 'second-factor.prove', subject: account });
}

function conflict(detail: string): AnGridError {
  return new AnGridError('subject.conflict', { op: 'second-factor.set', detail });
}
