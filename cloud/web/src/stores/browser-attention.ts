import type { Severity } from '../api/types.js';
import type { Notifier, TonePlayer } from './attention.js';

/** Hertz of each beep: the more severe, the more and the higher. */
const tones: Record<Severity, readonly number[]> = {
  1: [988, 784, 988, 784, 988],
  2: [880, 660, 880],
  3: [660, 660],
  4: [523],
};

const BEEP_S = 0.16;
const GAP_S = 0.07;

export function createTonePlayer(): TonePlayer {
  let context: AudioContext | undefined;
  return {
    ready: async () => {
      context ??= new AudioContext();
      if (context.state === 'suspended') await Promise.race([context.resume(), pause(300)]);
      return context.state === 'running';
    },
    play: (severity) => {
      if (context?.state !== 'running') return;
      const start = context.currentTime;
      for (const [index, hertz] of tones[severity].entries()) beep(context, hertz, start + index * (BEEP_S + GAP_S));
    },
  };
}

function beep(context: AudioContext, hertz: number, at: number): void {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.type = 'triangle';
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.28, at + 0.015);
  gain.gain.linearRampToValueAtTime(0, at + BEEP_S);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + BEEP_S + 0.02);
}

/** `open` is called when the person clicks a notice. Notices carry words only, never a picture. */
export function createNotifier(open: (id: string) => void): Notifier {
  const known = typeof Notification !== 'undefined';
  return {
    allowed: () => known && Notification.permission === 'granted',
    ask: async () => known && (await Notification.requestPermission()) === 'granted',
    show: (id, { title, body }) => {
      const notice = new Notification(title, { body, tag: id, icon: '/favicon.svg' });
      notice.onclick = () => {
        window.focus();
        open(id);
        notice.close();
      };
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
