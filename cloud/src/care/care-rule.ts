/** A household's consent as the rule sees it. Instants are ms since 1970. */
export interface Consent {
  readonly consent: string;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  /** When somebody was met there last; at the beginning, when the consent was recorded. */
  readonly metAt: number;
  /** A task that waits, and by when it is to be done. */
  readonly task: { readonly id: string } | null;
}

export interface CarePractice {
  /** ms without a meeting until somebody goes there. */
  readonly silentFor: number;
  /** ms in which it is to be done. */
  readonly within: number;
}

export type CareStep =
  | { readonly type: 'raise'; readonly consent: string; readonly dueAt: number }
  | { readonly type: 'end'; readonly task: string; readonly outcome: 'revoked' | 'expired' };

/**
 * "Two days, must meet": a household that has agreed and where nobody was met for so long gets a visit. Without a consent
 * that holds there is no task, and one that waits ends.
 */
export function careSteps(consents: readonly Consent[], practice: CarePractice, now: number): readonly CareStep[] {
  return consents.flatMap((consent): CareStep[] => {
    const over = isOver(consent, now);
    if (over !== undefined) return consent.task === null ? [] : [{ type: 'end', task: consent.task.id, outcome: over }];
    if (consent.task !== null || now < consent.metAt + practice.silentFor) return [];
    return [{ type: 'raise', consent: consent.consent, dueAt: now + practice.within }];
  });
}

function isOver({ revokedAt, expiresAt }: Consent, now: number): 'revoked' | 'expired' | undefined {
  if (revokedAt !== null) return 'revoked';
  return expiresAt <= now ? 'expired' : undefined;
}
