import { VirtualClock } from '@angrid/runtime';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { panel } from './external.fixture.js';
import { Heard } from './heard.js';
import { Panels } from './panels.js';

const a = panel('A', { offlineAfterSeconds: 60 });
const silent = panel('S', { offlineAfterSeconds: undefined });
const panels = new Panels([a, silent], () => undefined);

let clock: VirtualClock;
let heard: Heard;
let told: string[];

beforeEach(() => {
  clock = new VirtualClock();
  heard = new Heard(clock);
  told = [];
  heard.listen(({ deviceId, state, reason }) => told.push(`${deviceId} ${state} ${reason}`));
  heard.link(true);
});

async function pass(seconds: number): Promise<void> {
  await clock.advance(seconds * 1000);
  heard.inspect(panels);
}

describe('a device behind an external broker', () => {
  it('is there while it is heard, and away after the silence that its profile allows', async () => {
    heard.hear(a);
    await pass(60);
    heard.hear(a);
    await pass(60);
    expect(told).toEqual(['A online connected']);
    await pass(1);
    expect(told).toEqual(['A online connected', 'A offline keep-alive']);
    heard.hear(a);
    expect(told.at(-1)).toBe('A online connected');
  });

  it('is not away because the broker was: its silence counts from the broker’s return', async () => {
    heard.hear(a);
    heard.link(false);
    await pass(3600);
    heard.link(true);
    await pass(60);
    expect(told).toEqual(['A online connected']);
    await pass(1);
    expect(told.at(-1)).toBe('A offline keep-alive');
  });

  it('without a heartbeat is never away by silence', async () => {
    heard.hear(silent);
    await pass(86_400);
    expect(told).toEqual(['S online connected']);
  });

  it('that was removed is forgotten', () => {
    heard.hear(a);
    heard.forget('A');
    expect([...heard.entries()]).toEqual([]);
  });
});
