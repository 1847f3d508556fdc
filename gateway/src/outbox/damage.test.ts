import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gapItemSchema } from '@angrid/contract';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendAll, atom, names, OutboxBench, parsed, recordingLog } from './outbox.fixture.js';

describe('a damaged outbox', () => {
  let bench: OutboxBench;
  const file = (): string => join(bench.folder, 'outbox', 'outbox.db');

  beforeEach(() => {
    bench = new OutboxBench();
  });
  afterEach(() => bench.dispose());

  it('is kept aside; the gateway goes on in a new epoch, says so loudly and reports the gap', async () => {
    const before = await bench.open();
    await appendAll(before, names('p', 50), 'record', 500);
    const { epoch } = await before.counts();
    await bench.close(before);
    const damaged = Buffer.concat([Buffer.alloc(100, 'x'), readFileSync(file()).subarray(100)]);
    writeFileSync(file(), damaged);

    const { log, lines } = recordingLog();
    const outbox = await bench.open({ log });
    expect(lines.map(({ level }) => level)).toEqual(['error']);
    const kept = readdirSync(join(bench.folder, 'outbox')).find((name) => name.includes('.damaged-'));
    expect(readFileSync(join(bench.folder, 'outbox', kept ?? '')).equals(damaged)).toBe(true);

    expect(await outbox.append(atom('p-1'))).toBe('stored');
    const { epoch: next, pending } = await outbox.counts();
    expect(next).toBeGreaterThan(epoch);
    expect(pending).toEqual({ alarm: 1, record: 1, media: 0 });
    const [report] = parsed(await outbox.lease('alarm', 9));
    expect(gapItemSchema.parse(report).data).toMatchObject({ of: 'lane', epoch, from: 0, to: 0, reason: 'corrupt' });
  });

  it('that is noticed in use is looked through at the next start', async () => {
    const before = await bench.open();
    await appendAll(before, names('p', 200), 'record', 2000);
    await bench.close(before);
    const bytes = readFileSync(file());
    bytes.fill(0xee, bytes.length - 200_000, bytes.length - 100_000);
    writeFileSync(file(), bytes);
    writeFileSync(`${file()}.suspect`, 'SQLITE_CORRUPT');
    const { log, lines } = recordingLog();
    await bench.open({ log });
    expect(lines.map(({ level }) => level)).toEqual(['error']);
    expect(existsSync(`${file()}.suspect`)).toBe(false);
  });

  it('that was only suspected opens as ever', async () => {
    const before = await bench.open();
    await before.append(atom('p'));
    await bench.close(before);
    writeFileSync(`${file()}.suspect`, 'SQLITE_CORRUPT');
    const outbox = await bench.open();
    expect((await outbox.counts()).pending.record).toBe(1);
    expect(existsSync(`${file()}.suspect`)).toBe(false);
  });

  it('is not what an outbox of another gateway is: that is refused by name', async () => {
    await bench.close(await bench.open());
    await expect(bench.open({ gateway: 'gw-2' })).rejects.toMatchObject({
      code: 'outbox.unusable',
      detail: 'it belongs to gateway gw-1, this is gw-2',
    });
  });
});
