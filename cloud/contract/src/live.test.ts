import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { box, fragmentOf, startOf } from './live.fixture.js';
import { FragmentSplitter, LiveGate, type LivePart } from './live.js';

function split(...chunks: readonly Uint8Array[]): LivePart[] {
  const splitter = new FragmentSplitter();
  return chunks.flatMap((chunk) => splitter.push(chunk));
}

const facts = (parts: readonly LivePart[]): unknown[] =>
  parts.map((part) => [part.kind === 'start' ? part.codec : part.key, part.bytes.length]);

describe('a live stream', () => {
  it('begins with the codec of its one track', () => {
    expect(facts(split(startOf()))).toEqual([['avc1.4d4028', startOf().length]]);
  });

  it.each(['first', 'each', 'header'] as const)('knows its key pictures where the %s flags say it', (by) => {
    const pictures = [fragmentOf(true, 900, by), fragmentOf(false, 50, by)];
    expect(split(startOf(), ...pictures).slice(1)).toMatchObject([
      { key: true, bytes: new Uint8Array(pictures[0] as Buffer) },
      { key: false, bytes: new Uint8Array(pictures[1] as Buffer) },
    ]);
  });

  it('is cut into the same parts wherever its chunks end', () => {
    const whole = Buffer.concat([startOf(), fragmentOf(true, 700), fragmentOf(false, 1), fragmentOf(false, 300)]);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
        const ends = [...cuts, whole.length].sort((one, other) => one - other);
        const chunks = ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
        expect(facts(split(...chunks))).toEqual(facts(split(whole)));
      }),
    );
  });

  it('may end with an index, which nobody needs', () => {
    expect(split(startOf(), fragmentOf(true), box('mfra', Buffer.alloc(40)), fragmentOf(false))).toHaveLength(3);
  });
});

describe('refused is', () => {
  test.each([
    [
      'a box that is larger than any picture',
      Buffer.concat([startOf(), Buffer.from([0x7f, 0xff, 0xff, 0xff]), Buffer.from('moof')]),
    ],
    ['a start that is larger than any start', Buffer.from([0, 2, 0, 0, ...Buffer.from('ftyp')])],
    [
      'a box that is smaller than its header',
      Buffer.concat([startOf(), Buffer.from([0, 0, 0, 7]), Buffer.from('moof')]),
    ],
    ['a box of the size "until the end"', Buffer.concat([startOf(), Buffer.alloc(4), Buffer.from('mdat')])],
    ['a picture without a start', fragmentOf(true)],
    ['media without a fragment', Buffer.concat([startOf(), box('mdat', Buffer.alloc(9))])],
    ['a second start', Buffer.concat([startOf(), startOf()])],
    [
      'a fragment whose boxes reach out of it',
      Buffer.concat([startOf(), box('moof', Buffer.from([0, 0, 1, 0]), Buffer.from('traf')), box('mdat')]),
    ],
    [
      'a fragment whose run is cut off',
      Buffer.concat([startOf(), box('moof', box('traf', box('tfhd'), box('trun'))), box('mdat')]),
    ],
  ])('%s', (_what, bytes) => {
    expect(() => split(bytes)).toThrow(expect.objectContaining({ code: 'contract.violation' }));
  });

  test('another codec than H.264', () => {
    expect(() => split(startOf('hvc1', 'hvcC'))).toThrow(expect.objectContaining({ code: 'media.live-codec' }));
  });

  test('whatever comes, with no other error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(2000), (noise, at) => {
        const bytes = Buffer.concat([startOf(), fragmentOf(true, 20)]);
        bytes.set(noise.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
        try {
          split(bytes);
        } catch (error) {
          expect(error).toMatchObject({ name: 'AnGridError' });
        }
      }),
    );
  });
});

describe('a reader who is slow', () => {
  it('misses pictures until a key picture comes that fits', () => {
    const gate = new LiveGate(1000);
    const pictures = [
      { key: false, waiting: 0, passes: false },
      { key: true, waiting: 0, passes: true },
      { key: false, waiting: 900, passes: true },
      { key: false, waiting: 1001, passes: false },
      { key: false, waiting: 0, passes: false },
      { key: true, waiting: 2000, passes: false },
      { key: true, waiting: 900, passes: false },
      { key: true, waiting: 10, passes: true },
      { key: false, waiting: 10, passes: true },
    ];
    expect(pictures.map(({ key, waiting }) => gate.passes({ key }, waiting))).toEqual(
      pictures.map(({ passes }) => passes),
    );
  });
});
