import type { Site } from './site.js';

/** One thing that happens at the site, `at` seconds after the story begins. */
interface Beat {
  readonly at: number;
  readonly says: string;
  happens(site: Site): Promise<void> | void;
}

/** The story: ordinary life, a forced door with somebody in front of the camera, a door held open, a panel gone. */
export const beats: readonly Beat[] = [
  { at: 0, says: '有人刷卡进南门 · a resident enters at the south gate', happens: enterSouth },
  {
    at: 1,
    says: '1 号楼刷脸通过 · a face is verified at building 1',
    happens: ({ building1 }) => building1.verified('granted'),
  },
  { at: 2, says: '南门画面移动 · motion at the south gate', happens: ({ cameras }) => cameras.south.motion(true) },
  {
    at: 3,
    says: '南门被强行打开 · the south gate is forced',
    happens: ({ southGate }) => southGate.event('door.forced'),
  },
  { at: 9, says: '画面恢复平静 · the picture is calm again', happens: ({ cameras }) => cameras.south.motion(false) },
  { at: 14, says: '南门关上 · the south gate closes', happens: ({ southGate }) => southGate.event('door.closed') },
  {
    at: 18,
    says: '2 号楼的门打开后没关 · the door of building 2 stays open',
    happens: ({ building2 }) => building2.event('door.opened'),
  },
  { at: 25, says: '1 号楼三次被拒 · three refusals at building 1', happens: refuseThrice },
  {
    at: 50,
    says: '2 号楼的门关上 · the door of building 2 closes',
    happens: ({ building2 }) => building2.event('door.closed'),
  },
  { at: 55, says: '2 号楼面板断线 · the panel of building 2 is gone', happens: ({ building2 }) => building2.vanish() },
  {
    at: 110,
    says: '2 号楼面板恢复 · the panel of building 2 is back',
    happens: ({ building2 }) => building2.connect(),
  },
];

const STORY_SECONDS = 120;
const HEARTBEAT_MS = 20_000;

async function enterSouth({ southGate }: Site): Promise<void> {
  await southGate.event('access.granted', { card: '0012345678', method: 'card' });
  await southGate.event('door.opened');
  await southGate.event('door.closed');
}

async function refuseThrice({ building1 }: Site): Promise<void> {
  for (let time = 0; time < 3; time += 1) await building1.verified('denied');
}

/** Plays the story, again and again where `repeat`; ends early with the signal. */
export async function play(
  site: Site,
  { repeat, tell, signal }: { readonly repeat: boolean; tell(says: string): void; readonly signal: AbortSignal },
): Promise<void> {
  const pulse = setInterval(() => {
    for (const panel of [site.southGate, site.building1, site.building2]) panel.heartbeat().catch(() => undefined);
  }, HEARTBEAT_MS);
  try {
    do {
      const began = performance.now();
      for (const { at, says, happens } of beats) {
        await pause(began + at * 1000 - performance.now(), signal);
        if (signal.aborted) return;
        tell(says);
        await happens(site);
      }
      await pause(began + STORY_SECONDS * 1000 - performance.now(), signal);
    } while (repeat && !signal.aborted);
  } finally {
    clearInterval(pulse);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, Math.max(0, ms));
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
