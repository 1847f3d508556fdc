export { isClockSet } from './device-time.js';
export { draftOf, itemDraft } from './draft.js';
export type { Delivery, NormalisedEvent, Unnumbered, UnnumberedAlert, UnnumberedEvent } from './event.js';
export type { SiteFacts } from './facts.js';
export { normalise, type NormaliseResult } from './normalise.js';
export { instantOf, localOf } from './zone.js';
