export { createBroker } from './aedes-broker.js';
export type {
  AccountDirectory,
  BoundAddress,
  Broker,
  BrokerAccount,
  BrokerOptions,
  BrokerSettings,
  Counters,
  ListenAddress,
  Presence,
  PresenceListener,
  SessionState,
  TlsMaterial,
} from './broker.js';
export { type BrokerLimits, defaultLimits } from './limits.js';
export type { CloseReason } from './reasons.js';
export { compileTopics, type TopicSet } from '../../mqtt/topics.js';
