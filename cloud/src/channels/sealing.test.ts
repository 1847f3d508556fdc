import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '@angrid/runtime';
import { openSealingBox, SealingBox } from './sealing.js';

const box = new SealingBox(new Secret('one key'));
const code = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('what is sealed', () => {
  it('opens again for the row that it was sealed for, and shows nothing of itself', () => {
    const sealed = box.seal('key=CANARY', 't1');
    expect(box.open(sealed, 't1')).toBe('key=CANARY');
    expect(sealed.toString('latin1')).not.toContain('CANARY');
    expect(box.seal('key=CANARY', 't1').equals(sealed)).toBe(false);
  });

  it('opens for no other row, with no other key, and not after a change', () => {
    const sealed = box.seal('text', 't1');
    const changed = Buffer.from(sealed);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    const failure = { code: 'channel.sealed-elsewhere' };
    expect(code(() => box.open(sealed, 't2'))).toMatchObject(failure);
    expect(code(() => box.open(changed, 't1'))).toMatchObject(failure);
    expect(code(() => box.open(Buffer.alloc(3), 't1'))).toMatchObject(failure);
    expect(code(() => new SealingBox(new Secret('other')).open(sealed, 't1'))).toMatchObject(failure);
  });

  it('opens after a restart: the key is made once, and nobody else may read it', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'angrid-seal-'));
    try {
      const sealed = (await openSealingBox(undefined, folder)).seal('text', 't1');
      expect((await openSealingBox(undefined, folder)).open(sealed, 't1')).toBe('text');
      expect((await stat(path.join(folder, 'pki', 'channels.key'))).mode & 0o777).toBe(0o600);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
