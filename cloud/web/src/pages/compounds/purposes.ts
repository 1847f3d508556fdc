import type { Purpose } from '@angrid/contract';

/** What cameras and doors of a compound may be kept for; an exercise is no standing purpose. */
export const standingPurposes: readonly Exclude<Purpose, 'exercise'>[] = [
  'public-safety',
  'property-management',
  'equipment-care',
];
