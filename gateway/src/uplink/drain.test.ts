import { AnGridError, type BatchAnswer, type ErrorCode, type Lane } from '@angrid/contract';
import { sha256 } from '@angrid/contract/signing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendAll, atom, names, OutboxBench, recordingLog } from '../outbox/outbox.fixture.js';
import type { Outbox } from '../outbox/outbox.js';
import type { Batch } from './batch.js';
import { acceptAll, eventually, idsIn, makeSigner, readBatch, type ReceivedBatch } from './cloud.fixture.js';
import { Drain } from './drain.js';

type Answer = BatchAnswer | ErrorCode | Promise<BatchAnswer>;

/** The other end of the wire: notes each batch and answers as it is told. */
class Wire {
  readonly sent: ReceivedBatch[] = [];
  answer: (batch: ReceivedBatch) => Answer = acceptAll;
  constructor(private readonly publicKey: ReturnType<typeof makeSigner>['publicKey']) {}

  async send({ bytes }: Batch): Promise<BatchAnswer> {
    const batch = readBatch(bytes, this.publicKey);
    this.sent.push(batch);
    const answer = await this.answer(batch);
    if (typeof answer === 'string') throw new AnGridError(answer, { op: 'uplink.send' });
    return answer;
  }

  /** Lane and names of each batch, in the order in which they were sent. */
  story(): string[] {
    return this.sent.map(
      ({ header, lines }) =>
        `${header.lane}: ${lines.map((line) => (JSON.parse(line) as { name: string }).name).join(' ')}`,
    );
  }

  names(lane: Lane): string[] {
    return this.sent
      .filter(({ header }) => header.lane === lane)
      .flatMap(({ lines }) => lines.map((line) => (JSON.parse(line) as { name: string }).name));
  }
}

describe('the drain', () => {
  const signer = makeSigner();
  let bench: OutboxBench;
  let outbox: Outbox;
  let wire: Wire;
  let drain: Drain;
  let logged: ReturnType<typeof recordingLog>;
  let answers: BatchAnswer[];
  let random: number;

  beforeEach(async () => {
    bench = new OutboxBench();
    outbox = await bench.open();
    wire = new Wire(signer.publicKey);
    logged = recordingLog();
    answers = [];
    random = 0.999999;
    const { log } = logged;
    drain = new Drain({
      outbox,
      transport: wire,
      signer,
      clock: bench.clock,
      log,
      random: () => random,
      onAnswer: (answer) => answers.push(answer),
    });
  });
  afterEach(async () => {
    await drain.stop();
    await bench.dispose();
  });

  const emptied = (): Promise<void> =>
    eventually(async () => {
      const { pending } = await outbox.counts();
      return pending.alarm + pending.record + pending.media === 0;
    });

  it('sends what is there and what comes, and says which site configuration the cloud holds', async () => {
    await appendAll(outbox, ['a', 'b']);
    drain.start();
    await emptied();
    await outbox.append(atom('c'));
    await emptied();
    expect(wire.story()).toEqual(['record: a b', 'record: c']);
    expect(answers.map(({ siteVersion }) => siteVersion)).toEqual([1, 1]);
    expect(drain.status()).toMatchObject({ state: 'connected' });
  });

  it('after an outage sends all alarms before any record, and records before media', async () => {
    await appendAll(outbox, names('m', 2), 'media');
    await appendAll(outbox, names('r', 1500));
    await appendAll(outbox, names('a', 1100), 'alarm');
    drain.start();
    await emptied();
    expect(wire.sent.map(({ header }) => `${header.lane} ${header.from}-${header.to}`)).toEqual([
      'alarm 1-1000',
      'alarm 1001-1100',
      'record 1-1000',
      'record 1001-1500',
      'media 1-2',
    ]);
  });

  it('does not let a new alarm wait for the records that are on their way', async () => {
    let release: (answer: BatchAnswer) => void = () => undefined;
    wire.answer = (batch) =>
      batch.header.lane === 'record'
        ? new Promise((resolve) => (release = () => resolve(acceptAll(batch))))
        : acceptAll(batch);
    await outbox.append(atom('r-1'));
    drain.start();
    await eventually(() => wire.sent.length === 1);
    await outbox.append(atom('a-1', ['alarm']));
    await eventually(() => wire.sent.length === 2);
    expect(wire.story()).toEqual(['record: r-1', 'alarm: a-1']);
    release({ accepted: [], duplicate: [], rejected: [], siteVersion: 1 });
    await emptied();
  });

  it('never has two batches of a lane on their way, whatever comes meanwhile', async () => {
    const underWay = { alarm: 0, record: 0, media: 0 };
    let most = 0;
    wire.answer = async (batch) => {
      underWay[batch.header.lane] += 1;
      most = Math.max(most, ...Object.values(underWay));
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      underWay[batch.header.lane] -= 1;
      return acceptAll(batch);
    };
    drain.start();
    for (let round = 0; round < 30; round += 1) {
      await Promise.all([appendAll(outbox, names(`r${round}`, 3)), appendAll(outbox, names(`a${round}`, 2), 'alarm')]);
    }
    await emptied();
    expect(most).toBe(1);
    expect(wire.names('record')).toEqual(Array.from({ length: 30 }, (_, round) => names(`r${round}`, 3)).flat());
    expect(wire.names('alarm')).toEqual(Array.from({ length: 30 }, (_, round) => names(`a${round}`, 2)).flat());
  });

  it('waits longer after each failure, never over a minute, and sends the same lines again', async () => {
    wire.answer = () => 'uplink.unreachable';
    await outbox.append(atom('r-1'));
    drain.start();
    const attempts: number[] = [];
    for (let attempt = 1; attempt <= 9; attempt += 1) {
      await eventually(() => wire.sent.length === attempt && drain.status().state === 'backing-off');
      attempts.push(bench.clock.monotonic());
      await eventually(
        () => wire.sent.length > attempt,
        () => bench.clock.advance(100),
      );
    }
    const waits = attempts.slice(1).map((at, index) => Math.round((at - (attempts[index] as number)) / 1000));
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(new Set(wire.story())).toEqual(new Set(['record: r-1']));
    expect(drain.status()).toMatchObject({ state: 'backing-off', failure: { code: 'uplink.unreachable' } });
    expect(logged.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(logged.lines.some(({ level }) => level === 'error')).toBe(false);
  });

  it('uses the whole span of its jitter', async () => {
    random = 0;
    wire.answer = () => 'uplink.unreachable';
    await outbox.append(atom('r-1'));
    drain.start();
    await eventually(() => drain.status().state === 'backing-off');
    await bench.clock.advance(499);
    expect(wire.sent).toHaveLength(1);
    await bench.clock.advance(1);
    await eventually(() => wire.sent.length === 2);
  });

  it('probes with one batch while the link is down, and goes on at once when it is back', async () => {
    wire.answer = () => 'uplink.unreachable';
    await outbox.append(atom('both', ['alarm', 'record']));
    drain.start();
    await eventually(() => drain.status().state === 'backing-off');
    expect(wire.story()).toEqual(['alarm: both', 'record: both/1']);
    await bench.clock.advance(1000);
    await eventually(() => wire.sent.length === 3);
    wire.answer = acceptAll;
    await bench.clock.advance(2000);
    await emptied();
    expect(wire.story().slice(2)).toEqual(['alarm: both', 'alarm: both', 'record: both/1']);
    expect(drain.status()).toMatchObject({ state: 'connected' });
  });

  it('tries a new alarm within five seconds, whatever the back-off', async () => {
    wire.answer = () => 'uplink.unreachable';
    await outbox.append(atom('r-1'));
    drain.start();
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await eventually(() => wire.sent.length === attempt && drain.status().state === 'backing-off');
      if (attempt < 8)
        await eventually(
          () => wire.sent.length > attempt,
          () => bench.clock.advance(500),
        );
    }
    wire.answer = acceptAll;
    await bench.clock.advance(1000);
    await outbox.append(atom('fire', ['alarm']));
    await bench.clock.advance(3900);
    expect(wire.sent).toHaveLength(8);
    await bench.clock.advance(200);
    await emptied();
    expect(wire.story().slice(8)).toEqual(['alarm: fire', 'record: r-1']);
  });

  it('opens a new epoch where the cloud finds the chain broken, and sends everything under it', async () => {
    const { epoch } = await outbox.counts();
    wire.answer = (batch) => (batch.header.epoch === epoch ? 'contract.chain-broken' : acceptAll(batch));
    await outbox.append(atom('both', ['alarm', 'record']));
    drain.start();
    await emptied();
    const { epoch: next } = await outbox.counts();
    expect(wire.sent.map(({ header }) => [header.lane, header.epoch, header.from])).toEqual([
      ['alarm', epoch, 1],
      ['record', epoch, 1],
      ['alarm', next, 1],
      ['record', next, 1],
    ]);
  });

  it('lets what is on its way arrive before it opens a new epoch', async () => {
    const { epoch } = await outbox.counts();
    let release: () => void = () => undefined;
    wire.answer = (batch) => {
      if (batch.header.lane === 'record') return new Promise((resolve) => (release = () => resolve(acceptAll(batch))));
      return batch.header.epoch === epoch ? 'contract.chain-broken' : acceptAll(batch);
    };
    await outbox.append(atom('r'));
    drain.start();
    await eventually(() => wire.sent.length === 1);
    await outbox.append(atom('a', ['alarm']));
    await eventually(() => wire.sent.length === 2);
    await bench.clock.advance(1000);
    expect((await outbox.counts()).epoch).toBe(epoch);
    release();
    await emptied();
    expect(wire.sent.map(({ header }) => [header.lane, header.epoch > epoch])).toEqual([
      ['record', false],
      ['alarm', false],
      ['alarm', true],
    ]);
  });

  it('opens a new epoch for what follows where the answer asks for it', async () => {
    const { epoch } = await outbox.counts();
    wire.answer = (batch) => ({ ...acceptAll(batch), openEpoch: batch.header.epoch === epoch });
    await outbox.append(atom('a'));
    drain.start();
    await emptied();
    await eventually(() => logged.lines.some(({ level }) => level === 'warn'));
    await outbox.append(atom('b'));
    await emptied();
    expect(wire.sent.map(({ header }) => header.epoch > epoch)).toEqual([false, true]);
  });

  it('backs off where a new epoch does not help', async () => {
    wire.answer = () => 'contract.chain-broken';
    await outbox.append(atom('a'));
    drain.start();
    await eventually(() => drain.status().state === 'backing-off');
    expect(wire.sent).toHaveLength(2);
  });

  it('finds the one line for which the cloud refuses whole batches, and only that one is quarantined', async () => {
    const bad = sha256('r-7');
    wire.answer = (batch) => (idsIn(batch).includes(bad) ? 'contract.violation' : acceptAll(batch));
    await appendAll(outbox, names('r', 20));
    drain.start();
    await emptied();
    expect((await outbox.quarantined(9)).map(({ id, code }) => [id, code])).toEqual([[bad, 'contract.violation']]);
    expect(drain.status()).toMatchObject({ state: 'connected' });
  });

  it('does not quarantine one line after the other where the cloud refuses them all', async () => {
    wire.answer = () => 'contract.violation';
    await appendAll(outbox, names('r', 20));
    drain.start();
    await eventually(() => drain.status().state === 'backing-off');
    const { quarantined, pending } = await outbox.counts();
    expect([quarantined, pending.record]).toEqual([3, 17]);
  });

  it('quarantines what the answer rejects and goes on', async () => {
    wire.answer = (batch) => ({
      ...acceptAll(batch),
      accepted: idsIn(batch).slice(1),
      rejected: [{ id: idsIn(batch)[0] as string, code: 'contract.violation', detail: 'x' }],
    });
    await appendAll(outbox, names('r', 3));
    drain.start();
    await emptied();
    expect((await outbox.quarantined(9)).map(({ id }) => id)).toEqual([sha256('r-1')]);
  });

  it('does not turn in circles where an answer names no line', async () => {
    wire.answer = () => ({ accepted: [], duplicate: [], rejected: [], siteVersion: 1 });
    await outbox.append(atom('a'));
    drain.start();
    await eventually(() => drain.status().state === 'backing-off');
    expect(wire.sent).toHaveLength(1);
  });

  it('sends what is sent again from quarantine', async () => {
    let once = true;
    wire.answer = (batch) => {
      const refuse = once;
      once = false;
      return refuse
        ? { ...acceptAll(batch), accepted: [], rejected: [{ id: sha256('a'), code: 'contract.violation', detail: '' }] }
        : acceptAll(batch);
    };
    await outbox.append(atom('a'));
    drain.start();
    await emptied();
    expect(await outbox.resend('all')).toBe(1);
    await emptied();
    expect(wire.sent.map(({ header, lines }) => [header.from, lines.length])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  it('stops without waiting for its back-off', async () => {
    wire.answer = () => 'uplink.unreachable';
    await outbox.append(atom('a'));
    drain.start();
    await eventually(() => drain.status().state === 'backing-off');
    await drain.stop();
    await bench.clock.advance(120_000);
    expect(wire.sent).toHaveLength(1);
  });
});
