/** A number of a rule: where it stands in the settings, its bounds, and what it counts. */
export interface RuleField {
  readonly path: readonly string[];
  readonly unit: 'seconds' | 'times' | 'perSecond' | 'events';
  readonly min: number;
  readonly max: number;
}

export interface RuleSpec {
  readonly name: RuleName;
  readonly fields: readonly RuleField[];
  /** False where a rule has no switch. */
  readonly switched: boolean;
  /** Whether it can rest during periods. */
  readonly rests: boolean;
}

export type RuleName =
  | 'heldOpen'
  | 'forced'
  | 'tailgating'
  | 'repeatedDenial'
  | 'deniedThenGranted'
  | 'tamper'
  | 'offline'
  | 'flapping'
  | 'mains'
  | 'battery'
  | 'inhibition'
  | 'storm'
  | 'clockDrift';

const seconds = (path: readonly string[], min: number, max: number): RuleField => ({ path, unit: 'seconds', min, max });
const times = (path: readonly string[], min: number, max: number): RuleField => ({ path, unit: 'times', min, max });
const plain = { fields: [], switched: true, rests: true } as const;

/** In the order in which a property manager thinks of them: the door, who passes, the device, the line. */
export const ruleSpecs: readonly RuleSpec[] = [
  {
    name: 'heldOpen',
    fields: [seconds(['heldOpenSeconds', 'day'], 1, 86_400), seconds(['heldOpenSeconds', 'night'], 1, 86_400)],
    switched: true,
    rests: true,
  },
  { name: 'forced', ...plain },
  { name: 'tailgating', ...plain },
  {
    name: 'repeatedDenial',
    fields: [times(['repeatedDenial', 'count'], 2, 20), seconds(['repeatedDenial', 'windowSeconds'], 1, 600)],
    switched: true,
    rests: true,
  },
  {
    name: 'deniedThenGranted',
    fields: [times(['deniedThenGranted', 'denials'], 1, 10), seconds(['deniedThenGranted', 'withinSeconds'], 1, 60)],
    switched: true,
    rests: true,
  },
  { name: 'tamper', ...plain },
  { name: 'offline', fields: [seconds(['offlineGraceSeconds'], 0, 3600)], switched: true, rests: true },
  {
    name: 'flapping',
    fields: [
      times(['flapping', 'changes'], 3, 32),
      seconds(['flapping', 'withinSeconds'], 60, 3600),
      seconds(['flapping', 'calmSeconds'], 60, 7200),
    ],
    switched: true,
    rests: true,
  },
  {
    name: 'mains',
    fields: [seconds(['mains', 'lostForSeconds'], 0, 3600), seconds(['mains', 'backForSeconds'], 0, 3600)],
    switched: true,
    rests: true,
  },
  { name: 'battery', ...plain },
  { name: 'inhibition', fields: [], switched: true, rests: false },
  {
    name: 'storm',
    fields: [
      { path: ['storm', 'alarm', 'burst'], unit: 'events', min: 1, max: 10_000 },
      { path: ['storm', 'alarm', 'perSecond'], unit: 'perSecond', min: 1, max: 10_000 },
      { path: ['storm', 'record', 'burst'], unit: 'events', min: 1, max: 10_000 },
      { path: ['storm', 'record', 'perSecond'], unit: 'perSecond', min: 1, max: 10_000 },
      seconds(['storm', 'windowSeconds'], 1, 300),
    ],
    switched: false,
    rests: false,
  },
  { name: 'clockDrift', fields: [seconds(['clockDriftSeconds'], 5, 86_400)], switched: false, rests: false },
];
