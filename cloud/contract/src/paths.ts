/** Where a gateway calls the cloud. All but `enrol` and `token` carry `Authorization: Bearer <token>`. */
export const gatewayPaths = {
  /** POST EnrolRequest → EnrolAnswer. */
  enrol: '/v1/gateway/enrol',
  /** POST TokenRequest → GatewayToken. */
  token: '/v1/gateway/token',
  /** POST a batch (application/x-ndjson, Content-Encoding: gzip) → BatchAnswer. */
  batches: '/v1/gateway/batches',
  /** GET text/event-stream: the channel for commands, opened by the gateway. */
  channel: '/v1/gateway/channel',
  /** POST CommandResult → 204. */
  commandResult: '/v1/gateway/command-results',
  /**
   * HEAD → `Upload-Offset`: bytes that the cloud has. PATCH with `Upload-Offset` and a part of the bytes → 204 with the
   * new `Upload-Offset`. When all bytes are there the hash is checked: 422 evidence.hash-mismatch resets it to 0.
   */
  evidence: (id: string) => `/v1/gateway/evidence/${id}`,
  /**
   * POST video/mp4: the parts of a live stream as they come, in requests of some seconds that go on where the last one
   * ended → 204. 410 live.ended, at any time: nobody watches any more.
   */
  live: (stream: string) => `/v1/gateway/live/${stream}`,
  /** POST LiveEnd → 204: there is no picture (any more). */
  liveEnd: (stream: string) => `/v1/gateway/live/${stream}/end`,
  /** GET → Trace of one of this gateway's alerts. */
  trace: (alert: string) => `/v1/gateway/traces/${alert}`,
} as const;
