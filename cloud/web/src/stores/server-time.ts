import { type InjectionKey, type Ref, shallowRef } from 'vue';
import type { Clock } from '../time/clock.js';
import { required } from './inject.js';

/** The cloud's time, ticking once a second: ages are right also where this machine's clock is wrong. */
export interface ServerTime {
  readonly now: Readonly<Ref<number>>;
  learn(serverTime: string): void;
  /** This machine's milliseconds as the cloud's. */
  of(local: number): number;
}

export const serverTimeKey: InjectionKey<ServerTime> = Symbol('server time');
export const useServerTime = (): ServerTime => required(serverTimeKey);

export function createServerTime(clock: Clock): ServerTime {
  let offset = 0;
  const now = shallowRef(clock.now());
  const tick = (): void => {
    now.value = clock.now() + offset;
    clock.after(1000, tick);
  };
  tick();
  return {
    now,
    of: (local) => local + offset,
    learn: (serverTime) => {
      const said = Date.parse(serverTime);
      if (!Number.isNaN(said)) offset = said - clock.now();
    },
  };
}
