import type { Clock, Log } from '@angrid/runtime';
import { FailureBrake } from '../../bounds/failure-brake.js';
import { passwordMatches } from '../../devices/credential.js';
import type { Refusal } from './answer.js';
import type { PushAccount, PushDirectory } from './http-push.js';
import type { HttpLimits } from './limits.js';
import { readBasic, type RequestAddress } from './request-address.js';

export interface Asking {
  readonly ip: string;
  readonly encrypted: boolean;
  readonly address: RequestAddress;
  readonly authorization: string | undefined;
}

export type LoginVerdict = { readonly account: PushAccount } | { readonly refusal: Refusal };

export interface LoginOptions {
  readonly directory: PushDirectory;
  readonly limits: HttpLimits;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Decides whose request it is. An unknown device and a wrong secret give the same answer at the same cost. An address
 * that fails too often is told to go; the right secret is always let in, so nobody can lock out anybody.
 */
export class Login {
  private readonly brake: FailureBrake;

  constructor(private readonly options: LoginOptions) {
    const { limits, clock } = options;
    this.brake = new FailureBrake({ burst: limits.failures, perSecond: limits.failuresPerMinute / 60 }, clock);
  }

  check(asking: Asking): LoginVerdict {
    const given = asking.address.login === 'path' ? asking.address : readBasic(asking.authorization);
    if (given) return this.bySecret(given, asking);
    const account = asking.encrypted ? undefined : this.options.directory.byAddress(asking.ip);
    return account?.login === 'address' ? { account } : this.failed(asking, 'no-login');
  }

  private bySecret({ user, secret }: { readonly user: string; readonly secret: string }, asking: Asking): LoginVerdict {
    const found = this.options.directory.byUser(user);
    const account = found?.login === 'path' ? found : undefined;
    const right = passwordMatches(Buffer.from(secret), account?.passwordHash);
    return right && account ? { account } : this.failed(asking, 'bad-login');
  }

  private failed({ ip }: Asking, reason: Refusal): LoginVerdict {
    const { first, answered } = this.brake.fail(ip);
    if (first) this.options.log.warn({ address: ip }, 'a device was refused over HTTP: no login, or a wrong one');
    return { refusal: answered ? reason : 'login-throttled' };
  }
}
