import { type InjectionKey, type Ref, shallowRef } from 'vue';
import type { Incident, Severity } from '../api/types.js';
import { required } from './inject.js';
import type { Preferences } from './storage.js';

/** off, on, or on but held back by the browser until the person touches the page or allows it. */
export type Switch = 'off' | 'on' | 'blocked';

/** Sound and desktop notices, which the person switches on for this machine. */
export interface AttentionStore {
  readonly sound: Readonly<Ref<Switch>>;
  readonly notices: Readonly<Ref<Switch>>;
  setSound(on: boolean): Promise<void>;
  setNotices(on: boolean): Promise<void>;
  /** A person touched the page: a sound that the browser held back may start. */
  touched(): void;
  /** Exercises stay silent: a drill pages nobody who did not join. So does what is restricted: no sound may betray it. */
  call(incidents: readonly Incident[]): void;
}

export const attentionKey: InjectionKey<AttentionStore> = Symbol('attention');
export const useAttention = (): AttentionStore => required(attentionKey);

export interface AttentionOptions {
  readonly preferences: Preferences;
  readonly player: TonePlayer;
  readonly notifier: Notifier;
  readonly textOf: (incident: Incident) => { readonly title: string; readonly body: string };
}

export interface TonePlayer {
  /** True when sound can be heard now. */
  ready(): Promise<boolean>;
  play(severity: Severity): void;
}

export interface Notifier {
  allowed(): boolean;
  ask(): Promise<boolean>;
  show(id: string, text: { readonly title: string; readonly body: string }): void;
}

export function createAttention({ preferences, player, notifier, textOf }: AttentionOptions): AttentionStore {
  const sound = shallowRef<Switch>(preferences.read('sound') === 'on' ? 'blocked' : 'off');
  const notices = shallowRef<Switch>(preferences.read('notices') === 'on' && notifier.allowed() ? 'on' : 'off');

  const wakeSound = async (): Promise<void> => {
    sound.value = (await player.ready()) ? 'on' : 'blocked';
  };
  return {
    sound,
    notices,
    setSound: async (on) => {
      preferences.write('sound', on ? 'on' : 'off');
      if (!on) sound.value = 'off';
      else await wakeSound();
      if (sound.value === 'on') player.play(4);
    },
    setNotices: async (on) => {
      const allowed = on && (notifier.allowed() || (await notifier.ask()));
      preferences.write('notices', allowed ? 'on' : 'off');
      notices.value = allowed ? 'on' : on ? 'blocked' : 'off';
    },
    touched: () => {
      if (sound.value === 'blocked') void wakeSound();
    },
    call: (incidents) => {
      const real = incidents.filter(({ exercise, restricted }) => !exercise && !restricted);
      const worst = real.map(({ severity }) => severity).sort()[0];
      if (worst === undefined) return;
      if (sound.value === 'on') player.play(worst);
      if (notices.value === 'on') for (const incident of real) notifier.show(incident.id, textOf(incident));
    },
  };
}
