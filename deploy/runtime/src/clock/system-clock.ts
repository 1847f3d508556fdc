import { performance } from 'node:perf_hooks';
import { type Cancel, type Clock, sleepWith } from './clock.js';

/** The machine's own clock. The one place where Date.now is read. */
export class SystemClock implements Clock {
  wall(): number {
    return new Date().getTime();
  }

  monotonic(): number {
    return performance.now();
  }

  after(ms: number, task: () => void): Cancel {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  }

  every(ms: number, task: () => void): Cancel {
    const timer = setInterval(task, ms);
    return () => clearInterval(timer);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepWith(this, ms, signal);
  }
}
