import { afterEach, describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { type ControlRoute, route } from '../control/route.js';
import { Desk } from './cli.fixture.js';

let desk: Desk;
afterEach(() => desk.clear());

const line = {
  at: '2026-01-01T00:00:01.000Z',
  device: 'gate-1',
  topic: 't',
  drops: [],
  heartbeat: false,
  unknown: false,
};

async function* lines(count: number, signal: AbortSignal): AsyncGenerator<object> {
  for (let index = 0; index < count && !signal.aborted; index += 1) {
    yield { ...line, events: [{ kind: 'door.forced', id: String(index), late: false }] };
    await turn();
  }
}

/** Gives so many lines; `joined` resolves when somebody listens, `left` when they have gone. */
function tail(count: number) {
  let come = (): void => undefined;
  let leave = (): void => undefined;
  const joined = new Promise<void>((resolve) => (come = resolve));
  const left = new Promise<void>((resolve) => (leave = resolve));
  const events = route('GET', '/events', ({ signal }) => {
    come();
    signal.addEventListener('abort', leave);
    return { stream: lines(count, signal) };
  });
  return { routes: [events] as readonly ControlRoute[], joined, left };
}

describe('an answer of many lines', () => {
  it('is followed line by line until it ends', async () => {
    desk = await Desk.set(tail(3).routes);
    const { status, output } = await desk.type(['events', 'tail', '--json']);
    expect(status).toBe(0);
    const read = output
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as typeof line);
    expect(read.map(({ device }) => device)).toEqual(['gate-1', 'gate-1', 'gate-1']);
  });

  it('is left after as many lines as were asked for', async () => {
    const { routes, left } = tail(Infinity);
    desk = await Desk.set(routes);
    const { output } = await desk.type(['events', 'tail', '--count', '2']);
    expect(output.trim().split('\n')).toHaveLength(2);
    expect(output).toContain('door.forced');
    await left;
  });

  it('ends with exit code 130 at Ctrl-C', async () => {
    const { routes, joined, left } = tail(Infinity);
    desk = await Desk.set(routes);
    const interrupted = new AbortController();
    const typed = desk.type(['events', 'tail'], { interrupted: interrupted.signal });
    await joined;
    interrupted.abort();
    expect((await typed).status).toBe(130);
    await left;
  });
});
