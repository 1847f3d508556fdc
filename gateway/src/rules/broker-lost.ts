import { absence } from './absence.js';

/** The operator's broker is gone, by way of which the panels speak. Stepped by flow/broker-watch.ts: it is no device. */
export const brokerLost = absence('broker-lost@1', 'health.broker_lost');
