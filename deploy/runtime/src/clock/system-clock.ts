import { type Cancel, type Clock, sleepWith } from './clock.js';

/** The machine's own clock. Monotonic time is the kernel's and goes on over a restart of the process. */
export class SystemClock implements Clock {
  wall(): number {
    return new Date().getTime();
  }

  monotonic(): number {
    return Number(process.hrtime.bigint()) / 1e6;
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
