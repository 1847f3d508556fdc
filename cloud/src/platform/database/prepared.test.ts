import { describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { PreparingPool, Statements } from './prepared.js';

describe('a statement', () => {
  it('is kept from the second time on, always under the same name', () => {
    const statements = new Statements();
    expect(statements.nameOf('select $1')).toBeUndefined();
    const name = statements.nameOf('select $1');
    expect(name).toMatch(/^s_[0-9a-f]{32}$/);
    expect(statements.nameOf('select $1')).toBe(name);
    expect(statements.nameOf('select $2')).toBeUndefined();
  });

  it('is sent as before where a connection keeps 500 of them', () => {
    const statements = new Statements();
    const names = Array.from({ length: 510 }, (_, index) => {
      statements.nameOf(`select ${index} where $1`);
      return statements.nameOf(`select ${index} where $1`);
    });
    expect(names.filter((name) => name !== undefined)).toHaveLength(500);
  });
});

describe('a connection whose plans a migration has made stale', () => {
  it('is given up when it is released; any other error leaves it in the pool', async () => {
    const released: boolean[] = [];
    const codes = ['23505', '0A000'];
    const client = {
      query: () => Promise.reject(Object.assign(new Error('refused'), { code: codes.shift() })),
      release: (giveUp: boolean) => released.push(giveUp),
    };
    const pool = new PreparingPool({ connect: () => Promise.resolve(client) } as unknown as pg.Pool);

    for (let use = 0; use < 2; use += 1) {
      const taken = await pool.connect();
      await expect(taken.query('select $1', [1])).rejects.toThrow('refused');
      taken.release();
    }
    expect(released).toEqual([false, true]);
  });
});

describe('a connection', () => {
  it('sends what nobody waits for in one packet with the next statement', async () => {
    const wire: string[] = [];
    const stream = { cork: () => wire.push('['), uncork: () => wire.push(']') };
    const query = ({ text }: { readonly text: string }): Promise<{ rows: never[] }> => {
      wire.push(text.replace('/* unawaited */ ', ''));
      return Promise.resolve({ rows: [] });
    };
    const client = { connection: { stream }, query, release: () => undefined };
    const pool = new PreparingPool({ connect: () => Promise.resolve(client) } as unknown as pg.Pool);
    const taken = await pool.connect();
    for (const text of ['begin', '/* unawaited */ a', 'b', 'c', '/* unawaited */ d', 'commit']) {
      await taken.query(text, []);
    }
    expect(wire.join(' ')).toBe('[ begin a b ] c [ d commit ]');
  });
});
