import type { Lane } from '@angrid/contract';
import { firstLink, sha256 } from '@angrid/contract/signing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Outbox } from './outbox.js';
import {
  accepting,
  appendAll,
  atom,
  chainHolds,
  drainLane,
  draft,
  idsOf,
  names,
  namesOf,
  OutboxBench,
  parsed,
} from './outbox.fixture.js';

describe('the outbox', () => {
  let bench: OutboxBench;
  let outbox: Outbox;

  beforeEach(async () => {
    bench = new OutboxBench();
    outbox = await bench.open();
  });
  afterEach(() => bench.dispose());

  it('hands out what was appended, in order, numbered from 1 and chained from the first link', async () => {
    await appendAll(outbox, names('passage', 5));
    const lease = await outbox.lease('record', 3);
    const { epoch } = await outbox.counts();
    expect(lease).toMatchObject({ lane: 'record', epoch, prev: firstLink('gw-1', epoch, 'record') });
    expect(parsed(lease)).toMatchObject([
      { bootepoch: epoch, sequence: 1, name: 'passage-1' },
      { bootepoch: epoch, sequence: 2, name: 'passage-2' },
      { bootepoch: epoch, sequence: 3, name: 'passage-3' },
    ]);
    expect(lease?.lines.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(lease && chainHolds(lease)).toBe(true);
  });

  it('keeps the lanes apart', async () => {
    await outbox.append(atom('forced', ['alarm', 'record', 'media']));
    expect((await outbox.counts()).pending).toEqual({ alarm: 1, record: 1, media: 1 });
    for (const lane of ['alarm', 'record', 'media'] as Lane[]) {
      expect((await outbox.lease(lane, 10))?.lines).toHaveLength(1);
    }
  });

  it('keeps the bytes of a draft as they are, behind epoch and sequence', async () => {
    const { epoch } = await outbox.counts();
    const { id } = draft('门');
    await outbox.append({
      event: id,
      drafts: [{ id, lane: 'record', json: '{"name":"门 \\n \\u0000 é"}' }],
      states: [],
    });
    const lease = await outbox.lease('record', 1);
    expect(lease?.lines[0]?.line).toBe(`{"bootepoch":${epoch},"sequence":1,"name":"门 \\n \\u0000 é"}`);
  });

  it('answers duplicate for an event it has, and writes nothing of that atom', async () => {
    expect(await outbox.append(atom('once'))).toBe('stored');
    const again = { ...atom('once', ['record', 'alarm']), states: [{ key: 'rule', json: '1' }] };
    expect(await outbox.append(again)).toBe('duplicate');
    expect((await outbox.counts()).pending).toEqual({ alarm: 0, record: 1, media: 0 });
    expect(await outbox.states('')).toEqual(new Map());
  });

  it('knows a duplicate within one commit', async () => {
    const answers = await Promise.all([outbox.append(atom('a')), outbox.append(atom('b')), outbox.append(atom('a'))]);
    expect(answers).toEqual(['stored', 'stored', 'duplicate']);
  });

  it('knows an event after its line has gone up', async () => {
    await outbox.append(atom('once'));
    await drainLane(outbox, 'record');
    expect(await outbox.append(atom('once'))).toBe('duplicate');
  });

  it('keeps states, replaces and forgets them', async () => {
    await outbox.append({ event: sha256('e'), drafts: [], states: [{ key: 'rule/door-1', json: '{"n":1}' }] });
    await outbox.keep([
      { key: 'rule/door-2', json: '2' },
      { key: 'ledger/x', json: '3' },
      { key: 'rule/door-1', json: '4' },
    ]);
    expect(await outbox.states('rule/')).toEqual(
      new Map([
        ['rule/door-1', '4'],
        ['rule/door-2', '2'],
      ]),
    );
    await outbox.keep([{ key: 'rule/door-1', json: null }]);
    expect(await outbox.states('rule/')).toEqual(new Map([['rule/door-2', '2']]));
  });

  it('hands out the same run again until it is settled', async () => {
    await appendAll(outbox, names('p', 4));
    const first = await outbox.lease('record', 2);
    expect(await outbox.lease('record', 2)).toEqual(first);
  });

  it('goes on behind what is settled, with the chain unbroken', async () => {
    await appendAll(outbox, names('p', 10));
    const leases = await drainLane(outbox, 'record', 3);
    expect(leases.flatMap(namesOf)).toEqual(names('p', 10));
    for (const [index, lease] of leases.entries()) {
      expect(chainHolds(lease)).toBe(true);
      if (index > 0) expect(lease.prev).toBe(leases[index - 1]?.head);
    }
    expect(await outbox.counts()).toMatchObject({ pending: { record: 0 }, bytes: 0 });
  });

  it('keeps what the answer does not name, and everything behind it', async () => {
    await appendAll(outbox, names('p', 4));
    const lease = await outbox.lease('record', 4);
    const [one, two, , four] = lease ? idsOf(lease) : [];
    const settled =
      lease &&
      (await outbox.settle(lease, {
        accepted: [one as string, four as string],
        duplicate: [two as string],
        rejected: [],
      }));
    expect(settled).toBe(2);
    const rest = await outbox.lease('record', 4);
    expect(namesOf(rest)).toEqual(['p-3', 'p-4']);
    expect(rest?.lines[0]?.sequence).toBe(3);
    expect(rest && chainHolds(rest)).toBe(true);
  });

  it('ignores the settlement of a lease that is not the lane’s lease any more', async () => {
    await appendAll(outbox, names('p', 3));
    const old = await outbox.lease('record', 1);
    await outbox.lease('record', 3);
    expect(old && (await outbox.settle(old, accepting(old)))).toBe(0);
    expect((await outbox.counts()).pending.record).toBe(3);
  });

  it('takes what the cloud rejects into quarantine and sends it again under a new number', async () => {
    await appendAll(outbox, names('p', 3));
    const lease = await outbox.lease('record', 3);
    const [one, two, three] = (lease ? idsOf(lease) : []) as [string, string, string];
    const rejected = [{ id: two, code: 'contract.violation', detail: 'no kind' }];
    await outbox.settle(lease!, { accepted: [one, three], duplicate: [], rejected });
    const { epoch } = await outbox.counts();
    expect(await outbox.quarantined(10)).toEqual([
      {
        id: two,
        lane: 'record',
        epoch,
        sequence: 2,
        code: 'contract.violation',
        detail: 'no kind',
        at: '2026-01-01T00:00:00.000Z',
      },
    ]);
    expect(await outbox.resend('all')).toBe(1);
    expect(await outbox.counts()).toMatchObject({ quarantined: 0, pending: { record: 1 } });
    expect(parsed(await outbox.lease('record', 3))).toMatchObject([{ sequence: 4, name: 'p-2', id: two }]);
  });

  it('sends only the quarantined items that are named, and none that is not there', async () => {
    await appendAll(outbox, names('p', 2));
    const lease = await outbox.lease('record', 2);
    const rejected = idsOf(lease!).map((id) => ({ id, code: 'contract.violation', detail: '' }));
    await outbox.settle(lease!, { accepted: [], duplicate: [], rejected });
    expect(await outbox.resend([sha256('p-2'), sha256('nobody')])).toBe(1);
    expect(namesOf(await outbox.lease('record', 9))).toEqual(['p-2']);
  });

  it('tells of the lanes that each commit added to', async () => {
    const told: string[][] = [];
    outbox.onAppended((lanes) => told.push([...lanes].sort()));
    await Promise.all([outbox.append(atom('a', ['record'])), outbox.append(atom('b', ['alarm']))]);
    await outbox.append(atom('a'));
    expect(told).toEqual([['alarm', 'record']]);
  });

  it('refuses an atom that would break the batch that carries it', async () => {
    const refuse = (json: string) =>
      outbox.append({ event: sha256('e'), drafts: [{ id: sha256('e'), lane: 'record', json }], states: [] });
    await expect(refuse('{"a":"\n"}')).rejects.toMatchObject({ code: 'input.invalid' });
    await expect(refuse('{}')).rejects.toMatchObject({ code: 'input.invalid' });
    await expect(refuse(`{"a":"${'安'.repeat(5500)}"}`)).rejects.toMatchObject({ code: 'input.too-large' });
    await expect(outbox.append({ event: 'no hash', drafts: [], states: [] })).rejects.toMatchObject({
      code: 'input.invalid',
    });
  });

  it('never leases more bytes than a batch may have', async () => {
    await appendAll(outbox, names('big', 400), 'record', 15_000);
    const bytes = (await drainLane(outbox, 'record', 1000)).map(({ lines }) =>
      lines.reduce((sum, { line }) => sum + Buffer.byteLength(line) + 1, 0),
    );
    expect(bytes.length).toBe(2);
    for (const size of bytes) expect(size).toBeLessThan(4 * 1024 * 1024 - 2000);
  });

  it('goes on after a restart where it stopped: same epoch, numbers, chain, states and memory of events', async () => {
    await appendAll(outbox, names('p', 4));
    await outbox.keep([{ key: 'k', json: '1' }]);
    const before = await outbox.lease('record', 2);
    await outbox.settle(before!, accepting(before!));
    const { epoch } = await outbox.counts();
    await bench.close(outbox);
    outbox = await bench.open();
    await outbox.append(atom('p-5'));
    const after = await outbox.lease('record', 9);
    expect(after).toMatchObject({ epoch, prev: before?.head });
    expect(after?.lines.map(({ sequence }) => sequence)).toEqual([3, 4, 5]);
    expect(await outbox.append(atom('p-1'))).toBe('duplicate');
    expect(await outbox.states('')).toEqual(new Map([['k', '1']]));
  });

  it('numbers everything that is pending anew in a new epoch', async () => {
    await appendAll(outbox, names('p', 3));
    const lease = await outbox.lease('record', 1);
    await outbox.settle(lease!, accepting(lease!));
    const { epoch } = await outbox.counts();
    const next = await outbox.newEpoch();
    expect(next).toBeGreaterThan(epoch);
    const renumbered = await outbox.lease('record', 9);
    expect(renumbered).toMatchObject({ epoch: next, prev: firstLink('gw-1', next, 'record') });
    expect(parsed(renumbered)).toMatchObject([
      { bootepoch: next, sequence: 1, name: 'p-2' },
      { bootepoch: next, sequence: 2, name: 'p-3' },
    ]);
    await bench.close(outbox);
    outbox = await bench.open();
    expect((await outbox.counts()).epoch).toBe(next);
  });

  it('commits what is under way before it closes', async () => {
    const answers = Promise.all(names('p', 500).map((name) => outbox.append(atom(name))));
    await bench.close(outbox);
    expect(new Set(await answers)).toEqual(new Set(['stored']));
    outbox = await bench.open();
    expect((await outbox.counts()).pending.record).toBe(500);
  });

  it('answers outbox.unusable after it is closed', async () => {
    await bench.close(outbox);
    await expect(outbox.append(atom('late'))).rejects.toMatchObject({ code: 'outbox.unusable' });
    await expect(outbox.lease('record', 1)).rejects.toMatchObject({ code: 'outbox.unusable' });
  });
});
