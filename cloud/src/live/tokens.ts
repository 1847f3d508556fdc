/** Who may watch: `LiveGrants`. */
export const LIVE_GRANTS = Symbol('live-grants');
/** Who watches: `LiveDesk`. */
export const LIVE_DESK = Symbol('live-desk');
