export { alertData, alertDraft, alertItem } from './alert-item.js';
export type { DeviceRuleSettings, Rule, RuleAlert, RuleContext, RuleInput } from './rule.js';
export { settingsFor } from './settings.js';
export { type DeviceRuleState, emptyRuleState, readRuleState } from './state.js';
export { rules, type SteppedRules, stepRules } from './step-rules.js';
