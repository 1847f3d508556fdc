import { cpSync } from 'node:fs';
import type { Lane } from '@angrid/contract';
import { firstLink } from '@angrid/contract/signing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Lease, Outbox } from './outbox.js';
import { atom, chainHolds, drainLane, idsOf, namesOf, OutboxBench } from './outbox.fixture.js';

const lanes = ['alarm', 'record', 'media'] as const;
const lane = fc.constantFrom<Lane>(...lanes);

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('append' as const),
      atoms: fc.array(fc.tuple(fc.nat(60), fc.subarray([...lanes])), { maxLength: 8 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('send' as const),
      lane,
      limit: fc.integer({ min: 1, max: 6 }),
      named: fc.nat(6),
      rejects: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('lease' as const), lane, limit: fc.integer({ min: 1, max: 6 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constantFrom('resend' as const, 'epoch' as const, 'restart' as const, 'clone' as const),
    }),
  },
);

/** The outbox as lists of names, and the cloud as one that checks numbers and chain of every lane and epoch. */
class Model {
  readonly pending: Record<Lane, string[]> = { alarm: [], record: [], media: [] };
  readonly seen = new Set<string>();
  quarantined: { name: string; lane: Lane }[] = [];
  private readonly heads = new Map<string, { next: number; head: string }>();
  private epoch = 0;

  /** A line that was sent before stays in what the cloud knows, so only what is new in the lease may move it on. */
  receive(lease: Lease, taken: number): void {
    const key = `${lease.epoch}/${lease.lane}`;
    const { next, head } = this.heads.get(key) ?? { next: 1, head: firstLink('gw-1', lease.epoch, lease.lane) };
    expect(lease.epoch).toBeGreaterThanOrEqual(this.epoch);
    expect(chainHolds(lease)).toBe(true);
    expect({ sequence: lease.lines[0]?.sequence, prev: lease.prev }).toEqual({ sequence: next, prev: head });
    if (taken === lease.lines.length) this.heads.set(key, { next: next + taken, head: lease.head });
  }
}

class Run {
  private readonly model = new Model();
  private bench = new OutboxBench();
  private outbox!: Outbox;

  async play(steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): Promise<void> {
    this.outbox = await this.bench.open();
    for (const it of steps) {
      if (it.op === 'append') await this.append(it.atoms);
      else if (it.op === 'send') await this.send(it);
      else if (it.op === 'lease') await this.outbox.lease(it.lane, it.limit);
      else await this[it.op]();
      const { pending, quarantined, seen } = await this.outbox.counts();
      const { model } = this;
      expect({ pending, quarantined, seen }).toEqual({
        pending: {
          alarm: model.pending.alarm.length,
          record: model.pending.record.length,
          media: model.pending.media.length,
        },
        quarantined: model.quarantined.length,
        seen: model.seen.size,
      });
    }
    for (const name of lanes)
      expect((await drainLane(this.outbox, name, 4)).flatMap(namesOf)).toEqual(this.model.pending[name]);
    expect((await this.outbox.counts()).bytes).toBe(0);
    await this.bench.dispose();
  }

  private async append(atoms: readonly (readonly [number, readonly Lane[]])[]): Promise<void> {
    const { seen, pending } = this.model;
    const expected = atoms.map(([number, on]) => {
      const name = `event-${number}`;
      if (seen.has(name)) return 'duplicate';
      seen.add(name);
      for (const [index, to] of on.entries()) pending[to].push(index === 0 ? name : `${name}/${index}`);
      return 'stored';
    });
    expect(await Promise.all(atoms.map(([number, on]) => this.outbox.append(atom(`event-${number}`, on))))).toEqual(
      expected,
    );
  }

  private async send({
    lane,
    limit,
    named,
    rejects,
  }: {
    lane: Lane;
    limit: number;
    named: number;
    rejects: boolean;
  }): Promise<void> {
    const lease = await this.outbox.lease(lane, limit);
    const list = this.model.pending[lane];
    if (!lease) return expect(list).toEqual([]);
    const all = namesOf(lease) as string[];
    expect(all).toEqual(list.slice(0, all.length));
    const taken = Math.min(named, all.length);
    const ids = idsOf(lease).slice(0, taken);
    const rejected = rejects ? ids.splice(0, 1).map((id) => ({ id, code: 'contract.violation', detail: '' })) : [];
    expect(await this.outbox.settle(lease, { accepted: [], duplicate: ids, rejected })).toBe(taken);
    this.model.receive(lease, taken);
    list.splice(0, taken);
    if (rejected.length > 0) this.model.quarantined.push({ name: all[0] as string, lane });
    if (taken > 0 && taken < all.length) await this.epoch();
  }

  private async resend(): Promise<void> {
    expect(await this.outbox.resend('all')).toBe(this.model.quarantined.length);
    for (const { name, lane } of this.model.quarantined) this.model.pending[lane].push(name);
    this.model.quarantined = [];
  }

  private async epoch(): Promise<void> {
    const { epoch } = await this.outbox.counts();
    expect(await this.outbox.newEpoch()).toBeGreaterThan(epoch);
  }

  private async restart(): Promise<void> {
    await this.bench.close(this.outbox);
    this.outbox = await this.bench.open();
  }

  /** Goes on with a copy of the files as they lie there, log and all: what a crash leaves, on another disk. */
  private async clone(): Promise<void> {
    const copy = new OutboxBench();
    cpSync(this.bench.folder, copy.folder, { recursive: true });
    const { epoch } = await this.outbox.counts();
    await this.bench.dispose();
    this.bench = copy;
    this.outbox = await copy.open();
    expect((await this.outbox.counts()).epoch).toBeGreaterThan(epoch);
  }
}

describe('any history of appends, leases, settlements, epochs, restarts and copies', () => {
  it('leaves the outbox as lists of names would be, and the cloud with unbroken numbers and chains', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), (steps) => new Run().play(steps)),
      { numRuns: 40 },
    );
  }, 120_000);
});
