/** Why the quiet of a door is not proven. */
export type Doubt =
  | 'never-heard'
  | 'gateway-silent'
  | 'gateway-behind'
  | 'gateway-refused'
  | 'device-away'
  | 'behind-away'
  | 'gap-open'
  | 'not-numbered';

export interface DeliveryFacts {
  readonly now: Date;
  /** The first event of the device that is kept; null where there is none. */
  readonly firstHeardAt: Date | null;
  readonly device: {
    readonly state: 'online' | 'offline' | 'unknown';
    readonly since: Date;
    /** Since when the device that it hangs behind is away. */
    readonly cutOffSince: Date | null;
  };
  readonly gateway: {
    readonly silentSince: Date | null;
    /** Alarms and records that wait at the gateway. */
    readonly waiting: number;
    readonly quarantined: number;
  };
  /** Whether the device numbers its events, so that one that is missing shows. */
  readonly numbered: boolean;
  /** The end of the latest time of which something is lost for good or not known: at the device, or at its gateway. */
  readonly unsureUntil: Date | null;
  /** The beginning of the earliest gap that is still being asked for. */
  readonly openSince: Date | null;
}

export interface Proof {
  /** Everything that happened at the door has arrived. */
  readonly proven: boolean;
  /** From here on nothing is missing; null where that cannot be said of any time. */
  readonly completeSince: Date | null;
  /** Up to here, where it is not now. */
  readonly completeUntil: Date | null;
  readonly doubts: readonly { readonly doubt: Doubt; readonly since: Date | null }[];
}

/** Whether "nothing happened at this door" can be said, since when, up to when, and what speaks against it. */
export function proofOf(facts: DeliveryFacts): Proof {
  const doubts = doubtsOf(facts);
  const completeSince = facts.numbered ? later(facts.firstHeardAt, facts.unsureUntil) : null;
  const ends = doubts.map(({ since }) => since ?? facts.now).sort((a, b) => a.getTime() - b.getTime());
  const completeUntil = ends[0] ?? facts.now;
  const some = completeSince !== null && completeSince <= completeUntil;
  return {
    proven: doubts.length === 0,
    completeSince: some ? completeSince : null,
    completeUntil: some ? completeUntil : null,
    doubts,
  };
}

function doubtsOf({ firstHeardAt, device, gateway, numbered, openSince }: DeliveryFacts): Proof['doubts'] {
  const doubts: { doubt: Doubt; since: Date | null }[] = [];
  if (gateway.silentSince !== null) doubts.push({ doubt: 'gateway-silent', since: gateway.silentSince });
  if (device.state !== 'online') doubts.push({ doubt: 'device-away', since: device.since });
  if (device.cutOffSince !== null) doubts.push({ doubt: 'behind-away', since: device.cutOffSince });
  if (openSince !== null) doubts.push({ doubt: 'gap-open', since: openSince });
  if (gateway.waiting > 0) doubts.push({ doubt: 'gateway-behind', since: null });
  if (gateway.quarantined > 0) doubts.push({ doubt: 'gateway-refused', since: null });
  if (firstHeardAt === null) doubts.push({ doubt: 'never-heard', since: null });
  else if (!numbered) doubts.push({ doubt: 'not-numbered', since: null });
  return doubts;
}

function later(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a;
  return a > b ? a : b;
}
