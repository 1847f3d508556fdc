import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { batchHeaderSchema, batchLimits } from './batch.js';
import { goldenKey, goldenText } from './golden.fixture.js';
import { itemSchema } from './items.js';
import { batchPreimage } from './preimages.js';
import { firstLink, nextLink, publicKeyFromRaw, verifyText } from './signing.js';

const key = publicKeyFromRaw(goldenKey().publicKey);

describe.each(['alarm-1', 'alarm-2', 'alarm-3', 'alarm-4', 'record', 'record-2', 'media', 'media-2', 'media-3'])(
  'the golden batch %s',
  (name) => {
    const [first = '', ...lines] = goldenText(`batch.${name}.ndjson`).trimEnd().split('\n');
    const header = batchHeaderSchema.parse(JSON.parse(first));

    it('has a chain from prev to head over the exact bytes of its lines', () => {
      expect(lines.reduce<string>(nextLink, header.prev)).toBe(header.head);
      const spaced = lines.map((line) => line.replace(':', ': '));
      expect(spaced.reduce<string>(nextLink, header.prev)).not.toBe(header.head);
    });

    it('is signed by its gateway, number for number', () => {
      expect(verifyText(batchPreimage(header), header.signature, key)).toBe(true);
      expect(verifyText(batchPreimage({ ...header, from: header.from + 1 }), header.signature, key)).toBe(false);
      expect(verifyText(batchPreimage({ ...header, epoch: header.epoch + 1 }), header.signature, key)).toBe(false);
    });

    it('holds one unbroken run of its lane', () => {
      const items = lines.map((line) => itemSchema.parse(JSON.parse(line)));
      expect(items.map(({ sequence }) => sequence)).toEqual(lines.map((_, index) => header.from + index));
      expect(new Set(items.map(({ lane, bootepoch }) => `${lane} ${bootepoch}`))).toEqual(
        new Set([`${header.lane} ${header.epoch}`]),
      );
      expect({ count: items.length, to: header.from + items.length - 1 }).toEqual({
        count: header.count,
        to: header.to,
      });
    });

    it('keeps the bounds', () => {
      expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(batchLimits.lineBytes);
    });
  },
);

describe('the chain of a lane', () => {
  const headerOf = (name: string) =>
    batchHeaderSchema.parse(JSON.parse(goldenText(`batch.${name}.ndjson`).split('\n')[0] ?? ''));

  it('starts from gateway, epoch and lane, and goes on from batch to batch', () => {
    expect(headerOf('alarm-1').prev).toBe(firstLink('gw-golden', 3, 'alarm'));
    expect(headerOf('alarm-2').prev).toBe(headerOf('alarm-1').head);
    const starts = [firstLink('a', 1, 'alarm'), firstLink('a', 2, 'alarm'), firstLink('a', 1, 'record')];
    expect(new Set(starts).size).toBe(3);
  });

  const lines = fc.array(fc.string(), { minLength: 1, maxLength: 12 });
  const chain = (from: string, all: readonly string[]) => all.reduce<string>(nextLink, from);
  const start = firstLink('gw', 1, 'record');

  it('does not care where batches are cut', () => {
    fc.assert(
      fc.property(lines, fc.nat(), (all, cut) => {
        const at = cut % (all.length + 1);
        expect(chain(chain(start, all.slice(0, at)), all.slice(at))).toBe(chain(start, all));
      }),
    );
  });

  it('shows every line that is changed, dropped, added or moved', () => {
    fc.assert(
      fc.property(lines, fc.nat(), fc.string(), (all, which, other) => {
        const at = which % all.length;
        const told = chain(start, all);
        expect(chain(start, all.toSpliced(at, 1))).not.toBe(told);
        expect(chain(start, all.toSpliced(at, 0, other))).not.toBe(told);
        if (other !== all[at]) expect(chain(start, all.with(at, other))).not.toBe(told);
        const turned = all.toReversed();
        if (JSON.stringify(turned) !== JSON.stringify(all)) expect(chain(start, turned)).not.toBe(told);
      }),
    );
  });
});
