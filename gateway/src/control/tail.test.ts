import { describe, expect, it } from '@jest/globals';
import type { NormaliseResult } from '../normalise/index.js';
import { at, event } from '../rules/timeline.fixture.js';
import { Tail } from './tail.js';

const reading = { deviceId: 'door-1', protocol: 'mqtt', topic: 't', body: Buffer.from('{}'), received: at(0) } as const;

async function shown(...events: ReturnType<typeof event>[]): Promise<string[]> {
  const tail = new Tail();
  const ends = new AbortController();
  const seen: string[] = [];
  const watching = (async () => {
    for await (const { events: said } of tail.follow({ raw: true }, ends.signal)) {
      seen.push(...said.map(({ kind }) => kind));
      if (seen.at(-1) === 'door.opened') ends.abort();
    }
  })();
  await Promise.resolve();
  for (const one of [...events, event('door.opened', at(9))]) {
    tail.pass(reading, { events: [one], drops: [] } as unknown as NormaliseResult);
  }
  await watching;
  return seen;
}

describe('what is watched at the box', () => {
  it('is every event but a silent one, of which nobody who stands there may know', async () => {
    expect(await shown(event('door.forced', at(0)), event('access.duress', at(1)))).toEqual([
      'door.forced',
      'door.opened',
    ]);
  });

  it('shows the drill of a silent one', async () => {
    expect(await shown(event('access.duress', at(1), { exercise: true }))).toEqual(['access.duress', 'door.opened']);
  });
});
