/** Stops a timer; calling it again does nothing. */
export type Cancel = () => void;

/**
 * The only source of time. Wall time may jump (NTP, no RTC); monotonic time never does.
 * Order is never decided by wall time.
 */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  wall(): number;
  /** Milliseconds since an arbitrary start; only differences have a meaning. */
  monotonic(): number;
  /** Runs `task` once after `ms` milliseconds of monotonic time. */
  after(ms: number, task: () => void): Cancel;
  /** Runs `task` each `ms` milliseconds of monotonic time. */
  every(ms: number, task: () => void): Cancel;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export function sleepWith(clock: Pick<Clock, 'after'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
