import { describe, expect, it } from '@jest/globals';
import { Gathering } from './gathering.js';

function bench(most: number) {
  const passed: string[][] = [];
  const open = new Map<string, { resolve: (result: string) => void; reject: (error: Error) => void }>();
  const gathering = new Gathering<string, string>({
    most,
    pass: (items) => {
      passed.push([...items]);
      return items.map((item) => new Promise((resolve, reject) => open.set(item, { resolve, reject })));
    },
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { gathering, passed, open, turn };
}

describe('what comes in one turn of the event loop', () => {
  it('is passed on together, in its order, and each is told its own result', async () => {
    const { gathering, passed, open, turn } = bench(10);
    const results = ['a', 'b'].map((item) => gathering.add(item));
    expect(passed).toEqual([]);
    await turn();
    expect(passed).toEqual([['a', 'b']]);
    open.get('b')?.reject(new Error('no'));
    open.get('a')?.resolve('yes');
    await expect(results[0]).resolves.toBe('yes');
    await expect(results[1]).rejects.toThrow('no');
  });

  it('waits beyond the most that may be under way, and goes on as they are done', async () => {
    const { gathering, passed, open, turn } = bench(2);
    const results = ['a', 'b', 'c', 'd'].map((item) => gathering.add(item));
    await turn();
    expect(passed).toEqual([['a', 'b']]);
    open.get('b')?.resolve('');
    await results[1];
    await turn();
    expect(passed).toEqual([['a', 'b'], ['c']]);
  });
});

it('is idle when all that was added is done, also what failed', async () => {
  const { gathering, open, turn } = bench(1);
  const added = [gathering.add('a').catch(() => 'failed'), gathering.add('b')];
  let isIdle = false;
  const idle = gathering.idle().then(() => (isIdle = true));
  await turn();
  open.get('a')?.reject(new Error('no'));
  await added[0];
  await turn();
  expect(isIdle).toBe(false);
  open.get('b')?.resolve('done');
  await idle;
  await expect(Promise.all(added)).resolves.toEqual(['failed', 'done']);
});

it('is idle though more keeps coming', async () => {
  const { gathering, open, turn } = bench(10);
  const first = gathering.add('a');
  const idle = gathering.idle();
  const second = gathering.add('b');
  await turn();
  open.get('a')?.resolve('done');
  await idle;
  open.get('b')?.resolve('done');
  await Promise.all([first, second]);
});
