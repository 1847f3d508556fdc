/** Bounds of the broker. Sizes in bytes, times in milliseconds. */
export interface BrokerLimits {
  /** Open sockets in all, and from one IP address. */
  readonly sockets: number;
  readonly socketsPerIp: number;
  /** From the TCP accept to the end of TLS handshake, CONNECT and authentication. */
  readonly greetingMs: number;
  /** The largest CONNECT packet, and so what a stranger can make the gateway hold. */
  readonly connectBytes: number;
  /** The largest packet of a panel; face panels embed their pictures. */
  readonly packetBytes: number;
  /** The largest packet that is not a PUBLISH. */
  readonly controlBytes: number;
  /** From the first byte of a packet to its last. */
  readonly packetMs: number;
  readonly topicBytes: number;
  readonly topicLevels: number;
  readonly subscriptions: number;
  /** Messages of QoS 2 of one panel between PUBLISH and PUBREL. */
  readonly unreleased: number;
  /** The longest keep-alive; a panel that asks for more, or for none, gets this one. */
  readonly keepAliveSeconds: number;
  /** Messages and bytes of one panel that may wait for the sink before its socket is no longer read. */
  readonly pendingMessages: number;
  readonly pendingBytes: number;
  /** Bytes of all panels together that may wait for the sink. */
  readonly totalPendingBytes: number;
  /** Token bucket of a device: packets at once, and packets a second after that. */
  readonly burst: number;
  readonly perSecond: number;
  /** Failed log-ins of one IP address that are answered: at once, and a minute after that. */
  readonly failures: number;
  readonly failuresPerMinute: number;
  /** Bytes that may wait for a panel that does not read. */
  readonly outboundBytes: number;
  /** Messages of the gateway that may wait to be sent. */
  readonly outboundMessages: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const defaultLimits: BrokerLimits = {
  sockets: 2048,
  socketsPerIp: 32,
  greetingMs: 5_000,
  connectBytes: 4 * KIB,
  packetBytes: 3 * MIB,
  controlBytes: 8 * KIB,
  packetMs: 60_000,
  topicBytes: 256,
  topicLevels: 16,
  subscriptions: 16,
  unreleased: 100,
  keepAliveSeconds: 300,
  pendingMessages: 64,
  pendingBytes: 4 * MIB,
  totalPendingBytes: 64 * MIB,
  burst: 500,
  perSecond: 50,
  failures: 10,
  failuresPerMinute: 10,
  outboundBytes: 256 * KIB,
  outboundMessages: 10_000,
};
