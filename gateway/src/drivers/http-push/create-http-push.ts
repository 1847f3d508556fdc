import { Attendance } from './attendance.js';
import { HeldInstructions } from './held-instructions.js';
import type { HttpListening, HttpPush, HttpPushOptions, TlsMaterial } from './http-push.js';
import { defaultLimits } from './limits.js';
import { Listeners } from './listeners.js';
import { Reception } from './reception.js';
import { Turnstile } from './turnstile.js';

/** The listener inside the gateway's process. It opens nothing before `open`. */
export function createHttpPush(options: HttpPushOptions): HttpPush {
  return new Listener(options);
}

class Listener implements HttpPush {
  listening: HttpListening | undefined;
  private readonly turnstile: Turnstile;
  private readonly held: HeldInstructions;
  private readonly attendance: Attendance;
  private readonly listeners: Listeners;
  private opening: Promise<HttpListening> | undefined;

  constructor(options: HttpPushOptions) {
    const limits = { ...defaultLimits, ...options.settings.limits };
    this.turnstile = new Turnstile(limits, options.counters);
    this.held = new HeldInstructions(limits, options.clock);
    this.attendance = new Attendance(options.clock, options.onPresence);
    const { turnstile, held, attendance } = this;
    const reception = new Reception({ options, limits, turnstile, held, attendance });
    this.listeners = new Listeners({ options, limits, turnstile, reception });
  }

  open(): Promise<HttpListening> {
    this.opening ??= this.openOnce();
    return this.opening;
  }

  async stop(): Promise<void> {
    this.held.clear();
    const opening = this.opening;
    if (!opening) return;
    await opening.catch(() => undefined);
    this.attendance.close();
    if (!this.listening) return;
    const closed = this.listeners.close();
    this.turnstile.clear();
    await closed;
  }

  hold(...[deviceId, instruction]: Parameters<HttpPush['hold']>): Promise<void> {
    return this.held.hold(deviceId, instruction);
  }

  forget(deviceId: string): void {
    this.held.forget(deviceId);
    this.attendance.forget(deviceId);
  }

  renew(tls: TlsMaterial): void {
    this.listeners.renew(tls);
  }

  private async openOnce(): Promise<HttpListening> {
    try {
      this.listening = await this.listeners.open();
      this.attendance.open();
      return this.listening;
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }
}
