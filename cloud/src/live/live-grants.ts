import { AnGridError, type ErrorCode } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { v7 as uuid } from 'uuid';

export interface CameraRef {
  readonly compound: string;
  readonly camera: string;
}

/** One account may watch one camera for a while, for a reason. */
export interface LiveGrant extends CameraRef {
  readonly id: string;
  readonly account: string;
  readonly role: string;
  readonly reason: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** Why its picture ended last. */
  ended?: ErrorCode;
}

const GRANT_MS = 10 * 60_000;
const MOST_GRANTS = 10_000;
const MOST_OF_ACCOUNT = 50;

/** Grants live in this process, as the streams do, and end with it; that they were given stays in the audit log. */
export class LiveGrants {
  private readonly grants = new Map<string, LiveGrant>();

  constructor(private readonly clock: Pick<Clock, 'wall'>) {}

  /** Throws live.too-many. */
  give(order: Omit<LiveGrant, 'id' | 'issuedAt' | 'expiresAt' | 'ended'>): LiveGrant {
    const now = this.clock.wall();
    for (const [id, { expiresAt }] of this.grants) if (expiresAt.getTime() <= now) this.grants.delete(id);
    const own = [...this.grants.values()].filter(({ account }) => account === order.account);
    if (this.grants.size >= MOST_GRANTS || own.length >= MOST_OF_ACCOUNT)
      throw new AnGridError('live.too-many', { op: 'live.grant', subject: order.camera });
    const grant = { ...order, id: uuid(), issuedAt: new Date(now), expiresAt: new Date(now + GRANT_MS) };
    this.grants.set(grant.id, grant);
    return grant;
  }

  /** Throws live.reason-required for one that is over, and for one of another account. */
  require(id: string, account: string): LiveGrant {
    const grant = this.grants.get(id);
    if (grant?.account === account && grant.expiresAt.getTime() > this.clock.wall()) return grant;
    throw new AnGridError('live.reason-required', { op: 'live.open' });
  }
}
