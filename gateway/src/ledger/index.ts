export { BackFiller } from './back-filler.js';
export { DeliveryBook, type Entry } from './book.js';
export { type Saying, sayingEvent } from './items.js';
export { Ledgers } from './ledgers.js';
export { countOf } from './ranges.js';
export { Refusals } from './refusals.js';
export type { Count, Gap, LedgerState, Totals } from './state.js';
export { emptyLedger } from './state.js';
export type { LedgerInput } from './step-ledger.js';
