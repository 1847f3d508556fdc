/** Bounds of the connection to an external broker. Sizes in bytes, times in milliseconds. */
export interface ExternalLimits {
  /** The largest message that is taken; a larger one goes by unread and is counted. */
  readonly packetBytes: number;
  /** The largest packet that is not a message. */
  readonly controlBytes: number;
  readonly topicBytes: number;
  /** Messages and their bytes between the socket and the sink; the receive maximum of MQTT 5. */
  readonly window: number;
  readonly windowBytes: number;
  /** Filters of one SUBSCRIBE. */
  readonly filtersAtOnce: number;
  /** From the TCP connect to the CONNACK, and from a SUBSCRIBE or PUBLISH to its acknowledgement. */
  readonly answerMs: number;
  readonly keepAliveSeconds: number;
  /** Messages of the gateway that may wait for the broker's PUBACK. */
  readonly outbound: number;
  /** How long `stop` waits for what is on its way through the sink. */
  readonly drainMs: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const externalLimits: ExternalLimits = {
  packetBytes: 3 * MIB,
  controlBytes: 64 * KIB,
  topicBytes: 1024,
  window: 64,
  windowBytes: 16 * MIB,
  filtersAtOnce: 32,
  answerMs: 15_000,
  keepAliveSeconds: 30,
  outbound: 10_000,
  drainMs: 3_000,
};
