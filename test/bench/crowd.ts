import { type WireAccess, WirePanel } from '../support/wire-panel.js';

/**
 * A crowd of panels in a process of its own, each with one event under way at most. Parent → child: `Ask`; child →
 * parent: `ready` once all are connected, then a `Count` for each round.
 */
export type Ask =
  | { readonly connect: readonly WireAccess[] }
  /** `perSecond` of all panels together; as fast as the window allows where it is not given. */
  | { readonly forMs: number; readonly perSecond?: number };

export interface Count {
  /** PUBACKs in the time asked for. */
  readonly acknowledged: number;
  readonly ms: number;
  /** From PUBLISH to PUBACK, ms; with a rate, from the moment when the event was due. */
  readonly latencies: readonly number[];
}

const BODY_BYTES = 250;
const CONNECT_AT_ONCE = 20;
const panels: { readonly device: string; readonly link: WirePanel; sequence: number }[] = [];

async function connectAll(accesses: readonly WireAccess[]): Promise<void> {
  for (let at = 0; at < accesses.length; at += CONNECT_AT_ONCE) {
    const some = accesses.slice(at, at + CONNECT_AT_ONCE);
    const links = await Promise.all(some.map((access) => WirePanel.connect(access)));
    links.forEach((link, index) => panels.push({ device: some[index]?.user ?? '', link, sequence: 0 }));
  }
}

function bodyOf(sequence: number): string {
  const time = new Date().toISOString();
  const body = { event: 'access.granted', seq: sequence, boot: 'b1', time, door: '1', method: 'card', note: '' };
  const note = 'x'.repeat(Math.max(0, BODY_BYTES - JSON.stringify(body).length));
  return JSON.stringify({ ...body, note });
}

async function round(forMs: number, perSecond: number | undefined): Promise<Count> {
  const start = performance.now();
  const end = start + forMs;
  const latencies: number[] = [];
  const every = perSecond === undefined ? 0 : (1000 * panels.length) / perSecond;
  const talk = async (panel: (typeof panels)[number], index: number): Promise<void> => {
    let due = start + (every * index) / panels.length;
    for (;;) {
      const wait = due - performance.now();
      if (every > 0 && wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
      const from = every > 0 ? Math.max(due, start) : performance.now();
      if (performance.now() >= end) return;
      panel.sequence += 1;
      await panel.link.publish(`angrid/v1/${panel.device}/event`, bodyOf(panel.sequence));
      const now = performance.now();
      if (now < end) latencies.push(now - from);
      due += every;
    }
  };
  await Promise.all(panels.map(talk));
  return { acknowledged: latencies.length, ms: forMs, latencies };
}

process.on('message', (ask: Ask) => {
  const done = 'connect' in ask ? connectAll(ask.connect).then(() => 'ready') : round(ask.forMs, ask.perSecond);
  done.then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => process.exit());
