export { ExternalBroker, type ExternalBrokerOptions, type ExternalHealth } from './external-broker.js';
export type { LinkFault } from './fault.js';
export { externalLimits, type ExternalLimits } from './limits.js';
export type { ExternalPanel } from './panels.js';
export { type ExternalBrokerSettings, type Place, placeOf } from './settings.js';
export { subscriptionFile } from './subscription-file.js';
export type { SubscriptionMemory } from './subscriptions.js';
