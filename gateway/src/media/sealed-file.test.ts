import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Seal } from '../identity/seal.js';
import { openSealed, sealFile } from './sealed-file.js';

const CHUNK = 64 * 1024;
const HEAD = 16 + 2 + 60;
const wrap = new Seal(randomBytes(32));

describe('a sealed file', () => {
  let dir: string;
  let made = 0;
  beforeAll(async () => (dir = await mkdtemp(join(tmpdir(), 'sealed-'))));
  afterAll(() => rm(dir, { recursive: true }));

  async function seal(plain: Buffer): Promise<string> {
    const name = join(dir, String((made += 1)));
    await writeFile(name, plain);
    await sealFile(name, `${name}.sealed`, wrap);
    return `${name}.sealed`;
  }

  async function unseal(file: string, keys = wrap): Promise<Buffer> {
    const reader = await openSealed(file, keys);
    try {
      return await reader.read(0, 16 * CHUNK);
    } finally {
      await reader.close();
    }
  }

  const damaged = { code: 'media.original-damaged' };

  it('gives back what was sealed, whole and from anywhere', async () => {
    const sizes = fc.constantFrom(0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17);
    const spans = fc.tuple(sizes, fc.nat(4 * CHUNK), fc.nat(2 * CHUNK));
    await fc.assert(
      fc.asyncProperty(spans, async ([size, offset, length]) => {
        const plain = randomBytes(size);
        const reader = await openSealed(await seal(plain), wrap);
        expect((await reader.read(offset, length)).equals(plain.subarray(offset, offset + length))).toBe(true);
        await reader.close();
      }),
      { numRuns: 40 },
    );
  });

  it('holds nothing of it in the clear, and no two files are alike', async () => {
    const plain = Buffer.alloc(2 * CHUNK, 'a face at a window ');
    const [one, two] = [await readFile(await seal(plain)), await readFile(await seal(plain))];
    expect(one.includes('face')).toBe(false);
    expect(one.subarray(HEAD).equals(two.subarray(HEAD))).toBe(false);
  });

  it('does not open where a bit was changed, anywhere', async () => {
    const file = await seal(randomBytes(2 * CHUNK + 100));
    const whole = await readFile(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(7), async (at, bit) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        await writeFile(file, changed);
        await expect(unseal(file)).rejects.toMatchObject(damaged);
      }),
      { numRuns: 60 },
    );
  });

  it('does not open where it was cut, also between two chunks, or lengthened', async () => {
    const file = await seal(randomBytes(3 * CHUNK));
    const whole = await readFile(file);
    const chunk = CHUNK + 16;
    const cuts = [0, 10, HEAD, HEAD + 5, HEAD + chunk, HEAD + 2 * chunk, whole.length - 1];
    for (const bytes of [...cuts.map((at) => whole.subarray(0, at)), Buffer.concat([whole, whole.subarray(-chunk)])]) {
      await writeFile(file, bytes);
      await expect(unseal(file)).rejects.toMatchObject(damaged);
    }
  });

  it('does not open where chunks changed places or came from another file', async () => {
    const files = [await seal(randomBytes(3 * CHUNK)), await seal(randomBytes(3 * CHUNK))] as const;
    const [one, other] = [await readFile(files[0]), await readFile(files[1])];
    const chunk = (of: Buffer, index: number) =>
      of.subarray(HEAD + index * (CHUNK + 16), HEAD + (index + 1) * (CHUNK + 16));
    const head = one.subarray(0, HEAD);
    for (const parts of [
      [chunk(one, 1), chunk(one, 0), chunk(one, 2)],
      [chunk(one, 0), chunk(other, 1), chunk(one, 2)],
      [chunk(one, 0), chunk(one, 0), chunk(one, 2)],
    ]) {
      await writeFile(files[0], Buffer.concat([head, ...parts]));
      await expect(unseal(files[0])).rejects.toMatchObject(damaged);
    }
  });

  it('opens with the key of its own gateway only', async () => {
    const file = await seal(randomBytes(10));
    await expect(unseal(file, new Seal(randomBytes(32)))).rejects.toMatchObject(damaged);
  });
});
