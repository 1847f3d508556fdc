import type { RetentionClass } from '@angrid/contract';

/** Days for which a new compound keeps what it has, by class. */
export const defaultRetentionDays: Readonly<Record<RetentionClass, number>> = {
  passage: 180,
  alarm: 365,
  evidence: 30,
  health: 190,
  configuration: 1095,
};
