export { Secret } from './secret/secret.js';
export type { Cancel, Clock } from './clock/clock.js';
export { SystemClock } from './clock/system-clock.js';
export { VirtualClock } from './clock/virtual-clock.js';
export { type Log, silentLog } from './log/log.js';
