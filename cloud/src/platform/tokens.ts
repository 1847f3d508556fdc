/** What the composition root gives to every module. */
export const DATABASE = Symbol('database');
export const CLOCK = Symbol('clock');
export const LOG = Symbol('log');
export const SETTINGS = Symbol('settings');
export const REDACTOR = Symbol('redactor');
