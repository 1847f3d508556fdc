import type { Clock, Log } from '@angrid/runtime';
import type { AccountDirectory, BrokerAccount } from './broker.js';
import { clientIdBelongs, isClientId, passwordMatches } from './credential.js';
import type { BrokerLimits } from './limits.js';
import type { CloseReason } from './reasons.js';
import { TokenBucket } from './token-bucket.js';

/** Return codes of a CONNACK, MQTT 3.1.1, table 3.1. */
export const ConnackCode = { identifierRejected: 2, unavailable: 3, badCredentials: 4, notAuthorized: 5 } as const;

/** What somebody says about himself in a CONNECT. */
export interface Greeting {
  readonly ip: string;
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: Buffer | undefined;
}

export type Verdict =
  | { readonly account: BrokerAccount }
  /** Without a code there is no answer: the deadline closes the connection. */
  | { readonly reason: CloseReason; readonly code: number | undefined };

export interface GreeterOptions {
  readonly directory: AccountDirectory;
  readonly limits: BrokerLimits;
  readonly clock: Clock;
  readonly log: Log;
}

const MOST_ADDRESSES = 1024;

/**
 * Decides who is let in. An unknown user, a wrong password and none at all give the same answer at the same cost.
 * An address that fails too often gets no answers to its failures any more; the right password is always let in, so
 * nobody can lock out anybody.
 */
export class Greeter {
  private readonly failures = new Map<string, TokenBucket>();

  constructor(private readonly options: GreeterOptions) {}

  async check(greeting: Greeting): Promise<Verdict> {
    const account = await this.find(greeting.username);
    if (account === 'failed') return { reason: 'directory-failed', code: ConnackCode.unavailable };
    if (!passwordMatches(greeting.password, account?.passwordHash) || !account) return this.failed(greeting);
    if (!isClientId(greeting.clientId)) return { reason: 'client-id', code: ConnackCode.identifierRejected };
    const names = [account.deviceId, account.vendorId, greeting.username ?? account.deviceId];
    if (clientIdBelongs(greeting.clientId, names)) return { account };
    return { reason: 'client-id', code: ConnackCode.notAuthorized };
  }

  private async find(username: string | undefined): Promise<BrokerAccount | undefined | 'failed'> {
    try {
      return await this.options.directory.find(username ?? '');
    } catch (error) {
      this.options.log.warn({ err: error }, 'the accounts of the panels cannot be read');
      return 'failed';
    }
  }

  private failed({ ip }: Greeting): Verdict {
    if (!this.bucketOf(ip).take()) return { reason: 'credentials-throttled', code: undefined };
    this.options.log.warn({ address: ip }, 'a panel was refused: bad user name or password');
    return { reason: 'bad-credentials', code: ConnackCode.badCredentials };
  }

  /** One bucket an address; the one that was made first gives way when there are too many. */
  private bucketOf(ip: string): TokenBucket {
    const known = this.failures.get(ip);
    if (known) return known;
    const { limits, clock } = this.options;
    const [oldest] = this.failures.keys();
    if (this.failures.size >= MOST_ADDRESSES && oldest !== undefined) this.failures.delete(oldest);
    const bucket = new TokenBucket({ burst: limits.failures, perSecond: limits.failuresPerMinute / 60 }, clock);
    this.failures.set(ip, bucket);
    return bucket;
  }
}
