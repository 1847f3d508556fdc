import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { BenchSite, CloudBench } from '../../testing/gateway-site.js';

let bench: CloudBench;
let site: BenchSite;

beforeEach(async () => {
  bench = await CloudBench.open();
  site = await BenchSite.open(bench);
  await site.furnish();
});

afterEach(() => bench.close());

describe('a batch', () => {
  it('is stored, and each of its events is accepted by id', async () => {
    const at = bench.now;
    const events = ['a', 'b', 'c'].map((key) => site.items.event({ kind: 'access.granted', device: 'door', at, key }));
    const answer = await site.send('record', ...events);
    expect(answer.accepted).toEqual(events.map(({ id }) => id));
    expect(answer).toMatchObject({ duplicate: [], rejected: [] });
    expect(await bench.count('events')).toBe(3);
  });
});
