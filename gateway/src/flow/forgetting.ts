import type { StateWrite } from '../outbox/outbox.js';

/** What is kept of a device goes: `states` are written first, then `commit` is called. */
export interface Forgetting {
  readonly states: readonly StateWrite[];
  commit(): void;
}
