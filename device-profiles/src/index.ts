export { builtInProfiles, type Catalogue, checkProfile, loadProfiles } from './catalogue/load.js';
export type { CompiledBackfill, Instruction } from './compile/instruction.js';
export { type CompiledProfile, compileProfile } from './compile/profile.js';
export type {
  Acknowledgement,
  AttributeValue,
  Burst,
  Drop,
  Numbered,
  Presence,
  ProfileDedup,
  ProfileEvent,
  ProfileReading,
  RawMessage,
  StateReport,
} from './compile/reading.js';
export { type ExampleReport, type ExampleResult, runExamples } from './examples/run-examples.js';
export { parseProfile } from './format/parse-profile.js';
export { type Profile, profileJsonSchema } from './format/profile.js';
export { type LintFinding, lintProfile } from './lint/lint.js';
export type { Capture } from './learn/capture.js';
export { type Draft, type DraftOptions, draftProfile } from './learn/draft.js';
export { type Fit, fitsOf } from './learn/fit.js';
export type { LintRule } from './lint/rules.js';
export { type MalformedReason, malformedReason } from './payload/malformed.js';
export type { DeviceMoment } from './payload/moment.js';
