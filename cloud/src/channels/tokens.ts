/** The `Channels` of this process. */
export const CHANNELS = Symbol('channels');
