/** A household's consent as the rule sees it. Instants are ms since 1970. */
export interface Consent {
  readonly consent: string;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  /** When somebody was met there last, or was known to be away; at the beginning, when the consent was recorded. */
  readonly metAt: number;
  /** When the door of the home was passed last; null where the household lets no door answer, or the door was silent. */
  readonly passedAt: number | null;
  /** A task that waits, and by when it is to be done. */
  readonly task: { readonly id: string } | null;
}

export interface CarePractice {
  /** ms without a meeting until somebody goes there. */
  readonly silentFor: number;
  /** ms in which it is to be done. */
  readonly within: number;
  /** A passage of the home's door does for a meeting where the household has opted in to that. */
  readonly doors?: 'opted-in' | undefined;
}

export type CareStep =
  | { readonly type: 'raise'; readonly consent: string; readonly dueAt: number }
  | { readonly type: 'end'; readonly task: string; readonly outcome: 'revoked' | 'expired' | 'passed' };

/**
 * "Two days, must meet": a household that has agreed and where nobody was met for so long, and whose door nobody passed,
 * gets a visit. Without a consent that holds there is no task, and one that waits ends; so does one where somebody comes home.
 */
export function careSteps(consents: readonly Consent[], practice: CarePractice, now: number): readonly CareStep[] {
  return consents.flatMap((consent): CareStep[] => {
    const over = isOver(consent, now);
    if (over !== undefined) return consent.task === null ? [] : [{ type: 'end', task: consent.task.id, outcome: over }];
    const passedAt = practice.doors === undefined ? null : consent.passedAt;
    const passed = passedAt !== null && now < passedAt + practice.silentFor;
    if (consent.task !== null) return passed ? [{ type: 'end', task: consent.task.id, outcome: 'passed' }] : [];
    if (passed || now < consent.metAt + practice.silentFor) return [];
    return [{ type: 'raise', consent: consent.consent, dueAt: now + practice.within }];
  });
}

function isOver({ revokedAt, expiresAt }: Consent, now: number): 'revoked' | 'expired' | undefined {
  if (revokedAt !== null) return 'revoked';
  return expiresAt <= now ? 'expired' : undefined;
}
