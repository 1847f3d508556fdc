/** What the composition root gives to every module. */
export const DATABASE = Symbol('database');
export const CLOCK = Symbol('clock');
export const LOG = Symbol('log');
export const SETTINGS = Symbol('settings');
export const REDACTOR = Symbol('redactor');
/** The `Notifications` of this process; its maker closes it. */
export const NOTIFICATIONS = Symbol('notifications');
/** The `OwnCertificates` of the HTTPS listener. */
export const CERTIFICATES = Symbol('certificates');
/** The registry of numbers for /metrics. */
export const METRICS = Symbol('metrics');
/** Whether this process should be asked: `Readiness`. */
export const READINESS = Symbol('readiness');
