/** Faults that a frame shows by itself. */
export type FrameFault =
  | 'not-connect'
  | 'second-connect'
  | 'protocol-version'
  | 'unexpected-packet'
  | 'malformed-length'
  | 'malformed-flags'
  | 'malformed-connect'
  | 'malformed-publish'
  | 'malformed-acknowledgement'
  | 'malformed-subscribe'
  | 'malformed-control'
  | 'connect-too-large'
  | 'packet-too-large'
  | 'topic-too-long';

/** Why a connection ended: the closed set of values of the label `reason`. */
export type CloseReason =
  | FrameFault
  | 'disconnected'
  | 'lost'
  | 'keep-alive'
  | 'taken-over'
  | 'removed'
  | 'shutdown'
  | 'tls-failed'
  | 'greeting-timeout'
  | 'packet-timeout'
  | 'sockets'
  | 'sockets-per-ip'
  | 'evicted'
  | 'client-id'
  | 'bad-credentials'
  | 'credentials-throttled'
  | 'directory-failed'
  | 'will-refused'
  | 'publish-refused'
  | 'retain-refused'
  | 'too-many-unreleased'
  | 'not-stored'
  | 'slow-reader';
