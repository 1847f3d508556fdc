/** When each gateway was last heard: `Presence`. */
export const PRESENCE = Symbol('presence');
/** The open channels of the gateways: `ChannelHub`. */
export const CHANNEL_HUB = Symbol('channel-hub');
/** Says when a gateway falls silent: `SilenceWatch`. */
export const SILENCE_WATCH = Symbol('silence-watch');
