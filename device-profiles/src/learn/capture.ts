/** A message as it was recorded. It may hold anything about anybody: nothing of it is written before it is redacted. */
export interface Capture {
  /** As a reading carries it; undefined where nobody knows, as in a file of bodies. */
  readonly topic: string | undefined;
  readonly body: Buffer;
  /** The device's own id in topics and bodies; empty where nobody knows. */
  readonly device: string;
}
