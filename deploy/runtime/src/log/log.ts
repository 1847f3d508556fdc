/** What the programs write their log to. ERROR means that data was lost or a person must act. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** A log whose lines all carry `fields`. */
  child(fields: object): Log;
}

/** Takes everything and writes nothing: for programs that print their own output. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};
