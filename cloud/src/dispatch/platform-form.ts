import type { IncidentAction } from '../correlation/incident-states.js';

/** The steps of a matter as the four platforms, 110 and 12345 name them. */
export const formSteps = {
  signed: ['acknowledge', '签收'],
  assigned: ['assign', '交办'],
  accepted: ['accept', '受理'],
  settled: ['resolve', '办结'],
  returned: ['return', '退回'],
  calledBack: ['call-back', '回访'],
  archived: ['close', '归档'],
} as const satisfies Record<string, readonly [IncidentAction, string]>;
export type FormStep = keyof typeof formSteps;

export interface Logged {
  readonly action: string;
  readonly at: Date;
}

export interface PlatformForm {
  /** The incident's id. */
  readonly number: string;
  readonly source: string;
  readonly category: string | null;
  readonly police: boolean | null;
  /** When each step was done last; null: not yet. */
  readonly steps: Readonly<Record<FormStep, Date | null>>;
}

/** The form as far as it is filled in. */
export function stepsOf(log: readonly Logged[]): PlatformForm['steps'] {
  const last = (wanted: string): Date | null => log.filter(({ action }) => action === wanted).at(-1)?.at ?? null;
  const steps = Object.entries(formSteps).map(([step, [action]]) => [step, last(action)]);
  return Object.fromEntries(steps) as PlatformForm['steps'];
}
