/** Bounds of the listener. Sizes in bytes, times in milliseconds. */
export interface HttpLimits {
  /** Open sockets in all, and from one IP address. */
  readonly sockets: number;
  readonly socketsPerIp: number;
  /** Request line and headers together. */
  readonly headBytes: number;
  /** From the accept, or from the first byte of a later request, to the end of its headers. */
  readonly headMs: number;
  /** The largest body of a request, with the pictures that are left out of it. */
  readonly requestBytes: number;
  /** From the end of the headers to the last byte of the body. */
  readonly bodyMs: number;
  /** How long a connection may rest between two requests. */
  readonly restMs: number;
  /** Requests of one connection that wait for their answers. */
  readonly pipelined: number;
  /** Requests of one device that wait for their answers, over all its connections. */
  readonly underWay: number;
  /** Bytes of all devices together that are under way to the sink. */
  readonly totalBytes: number;
  /** Token bucket of a device: requests at once, and a second after that. */
  readonly burst: number;
  readonly perSecond: number;
  /** The longest that a request waits for its device's bucket, and for room in memory, before it is sent away. */
  readonly patienceMs: number;
  /** Failed log-ins of one IP address that are answered: at once, and a minute after that. */
  readonly failures: number;
  readonly failuresPerMinute: number;
  /** Parts of a multipart body, and the headers of one of them. */
  readonly parts: number;
  readonly partHeadBytes: number;
  /** Instructions that wait for one device to fetch them, and how long each of them does. */
  readonly instructions: number;
  readonly instructionMs: number;
  /** A call to a device, from the resolution of its name to the last byte of its answer. */
  readonly callMs: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const defaultLimits: HttpLimits = {
  sockets: 1024,
  socketsPerIp: 32,
  headBytes: 8 * KIB,
  headMs: 5_000,
  requestBytes: 4 * MIB,
  bodyMs: 30_000,
  restMs: 75_000,
  pipelined: 8,
  underWay: 16,
  totalBytes: 64 * MIB,
  burst: 500,
  perSecond: 50,
  patienceMs: 10_000,
  failures: 10,
  failuresPerMinute: 10,
  parts: 16,
  partHeadBytes: 2 * KIB,
  instructions: 32,
  instructionMs: 600_000,
  callMs: 15_000,
};
