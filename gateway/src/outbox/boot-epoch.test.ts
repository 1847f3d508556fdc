import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstLink } from '@angrid/contract/signing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendAll, atom, drainLane, names, namesOf, OutboxBench, parsed, recordingLog } from './outbox.fixture.js';

describe('the boot epoch', () => {
  let bench: OutboxBench;
  beforeEach(() => {
    bench = new OutboxBench();
  });
  afterEach(() => bench.dispose());

  const witness = (): string => join(bench.folder, 'witness.json');
  const database = (): string => join(bench.folder, 'outbox', 'outbox.db');

  /** Opens, appends, closes; the epoch of that start. */
  async function start(name: string, machine = 'machine-1'): Promise<number> {
    const outbox = await bench.open({ machine });
    await outbox.append(atom(name));
    const { epoch } = await outbox.counts();
    await bench.close(outbox);
    return epoch;
  }

  function save(): { restore(): void } {
    const kept = `${bench.folder}.kept`;
    cpSync(bench.folder, kept, { recursive: true });
    return {
      restore: () => {
        rmSync(bench.folder, { recursive: true });
        cpSync(kept, bench.folder, { recursive: true });
        rmSync(kept, { recursive: true });
      },
    };
  }

  it('stays over ordinary restarts', async () => {
    const first = await start('a');
    expect([await start('b'), await start('c')]).toEqual([first, first]);
  });

  it('grows when the database was restored from a backup', async () => {
    await start('a');
    const old = readFileSync(database());
    const epoch = await start('b');
    writeFileSync(database(), old);
    expect(await start('c')).toBeGreaterThan(epoch);
  });

  it('grows when the whole folder was restored, witness and all', async () => {
    const epoch = await start('a');
    const backup = save();
    await start('b');
    backup.restore();
    expect(await start('c')).toBeGreaterThan(epoch);
  });

  it('grows by different steps in two copies on other machines', async () => {
    const epoch = await start('a');
    const copy = save();
    const one = await start('b', 'machine-2');
    copy.restore();
    const two = await start('b', 'machine-3');
    expect(one).toBeGreaterThan(epoch);
    expect(two).toBeGreaterThan(epoch);
    expect(one).not.toBe(two);
  });

  it.each(['witness', 'database'])('grows when the %s is gone', async (lost) => {
    const epoch = await start('a');
    rmSync(lost === 'witness' ? witness() : database());
    expect(await start('b')).toBeGreaterThan(epoch);
  });

  it('grows when the witness is not readable', async () => {
    const epoch = await start('a');
    writeFileSync(witness(), '{"epoch":1');
    expect(await start('b')).toBeGreaterThan(epoch);
  });

  it('is told in the log when it is new, and not at the first start', async () => {
    const { log, lines } = recordingLog();
    await bench.close(await bench.open({ log }));
    expect(lines).toEqual([]);
    rmSync(witness());
    await bench.close(await bench.open({ log }));
    expect(lines).toEqual([{ level: 'warn', message: 'the data was restored or copied: a new boot epoch begins' }]);
  });

  it('leaves what was pending in the epoch in which it was numbered', async () => {
    const old = await start('a');
    rmSync(witness());
    const outbox = await bench.open();
    await appendAll(outbox, names('b', 2));
    const { epoch } = await outbox.counts();
    const [before, after] = await drainLane(outbox, 'record');
    expect(parsed(before)).toMatchObject([{ bootepoch: old, sequence: 1, name: 'a' }]);
    expect(after).toMatchObject({ epoch, prev: firstLink('gw-1', epoch, 'record') });
    expect(parsed(after).map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it('gathers several epochs into one when it is opened anew on demand', async () => {
    await start('a');
    rmSync(witness());
    const outbox = await bench.open();
    await outbox.append(atom('b'));
    const epoch = await outbox.newEpoch();
    const lease = await outbox.lease('record', 9);
    expect(namesOf(lease)).toEqual(['a', 'b']);
    expect(lease?.epoch).toBe(epoch);
  });
});
