/** Who watches: `LiveDesk`. */
export const LIVE_DESK = Symbol('live-desk');
