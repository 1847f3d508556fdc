import type { Clock, Log } from '@angrid/runtime';
import type { AccountDirectory, BrokerAccount } from './broker.js';
import { FailureBrake } from '../../bounds/failure-brake.js';
import { passwordMatches } from '../../devices/credential.js';
import { clientIdBelongs, isClientId } from './client-id.js';
import type { BrokerLimits } from './limits.js';
import type { CloseReason } from './reasons.js';

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

/**
 * Decides who is let in. An unknown user, a wrong password and none at all give the same answer at the same cost.
 * An address that fails too often gets no answers to its failures any more; the right password is always let in, so
 * nobody can lock out anybody.
 */
export class Greeter {
  private readonly brake: FailureBrake;

  constructor(private readonly options: GreeterOptions) {
    const { limits, clock } = options;
    this.brake = new FailureBrake({ burst: limits.failures, perSecond: limits.failuresPerMinute / 60 }, clock);
  }

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
    if (!this.brake.fail(ip).answered) return { reason: 'credentials-throttled', code: undefined };
    this.options.log.warn({ address: ip }, 'a panel was refused: bad user name or password');
    return { reason: 'bad-credentials', code: ConnackCode.badCredentials };
  }
}
