export { alertData, alertDraft, alertItem, type AlertSurroundings } from './alert-item.js';
export { endsOf } from './alerts.js';
export { brokerLost } from './broker-lost.js';
export { elapsedMs } from './elapsed.js';
export { inhibit, isDown, type Surroundings } from './inhibit.js';
export type { DeviceRuleSettings, Life, OpenLimit, Rule, RuleAlert, RuleContext, RuleInput } from './rule.js';
export { periodsOf, settingsFor } from './settings.js';
export { type DeviceRuleState, emptyRuleState, readRuleState } from './state.js';
export { rules, type SteppedRules, stepRules } from './step-rules.js';
