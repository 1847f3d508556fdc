/**
 * How the address of a subscription is given: whole; as a path only; with a host that nobody can reach (as
 * behind NAT); or one address for all with a ReferenceParameter that the client must send back as a header.
 */
export type ReferenceStyle = 'absolute' | 'relative' | 'wrong-host' | 'reference-parameters';

/** Ways in which real cameras differ. All may be changed while the camera runs. */
export interface Quirks {
  subscriptionReference: ReferenceStyle;
  /** CreatePullPointSubscription and Renew take only absolute times. */
  refuseRelativeTermination: boolean;
  /** PullMessages prolongs the subscription; without it only Renew does. */
  pullKeepsAlive: boolean;
  /** A `wsa:To` of a subscription must be the address that the camera gave. */
  checksDestination: boolean;
  /** Event operations need `wsa:Action` and `wsa:MessageID`. */
  requiresAddressing: boolean;
  maxSubscriptions: number;
}

export const usualQuirks: Quirks = {
  subscriptionReference: 'absolute',
  refuseRelativeTermination: false,
  pullKeepsAlive: true,
  checksDestination: false,
  requiresAddressing: true,
  maxSubscriptions: 4,
};
