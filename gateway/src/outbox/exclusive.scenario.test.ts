import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { atom, OutboxBench, sourceArguments } from './outbox.fixture.js';

const program = `
  import { openOutbox } from '${new URL('./open-outbox.ts', import.meta.url).href}';
  import { sourceThread } from '${new URL('./outbox.fixture.ts', import.meta.url).href}';
  import { silentLog, SystemClock } from '@angrid/runtime';
  const facts = () => ({ purpose: 'public-safety', siteClass: 'art7' });
  const site = { gateway: 'gw-1', machine: 'machine-1', boot: 'boot-1', facts };
  const runtime = { clock: new SystemClock(), log: silentLog, thread: sourceThread };
  try {
    const outbox = await openOutbox({ dataFolder: process.env.DATA_FOLDER, ...site, ...runtime });
    const { pending } = await outbox.counts();
    await outbox.close();
    console.log(JSON.stringify({ pending }));
  } catch (error) {
    console.log(JSON.stringify({ code: error.code, detail: error.detail, hint: error.hint('en') }));
  }
`;

/** What another process says when it opens the outbox of this folder. */
async function openElsewhere(folder: string): Promise<unknown> {
  const cwd = new URL('.', import.meta.url);
  const child = spawn(process.execPath, [...sourceArguments, '--input-type=module', '--eval', program], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: '', DATA_FOLDER: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  return JSON.parse(output);
}

describe('one process at a time', () => {
  it('the second is refused with the cure; it may once the first has closed', async () => {
    const bench = new OutboxBench('thread');
    const outbox = await bench.open();
    await outbox.append(atom('mine'));
    expect(await openElsewhere(bench.folder)).toEqual({
      code: 'outbox.unusable',
      detail: 'another process has it open: stop that gateway first',
      hint: 'Check the disk and the rights of the data folder; another gateway may hold it',
    });
    expect(await outbox.append(atom('mine too'))).toBe('stored');
    await bench.close(outbox);
    expect(await openElsewhere(bench.folder)).toMatchObject({ pending: { record: 2 } });
    await bench.dispose();
  }, 30_000);
});
