import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { playbooksFolder } from './library.js';
import { runPlaybookCommand } from './playbook-commands.js';

const shuocheng = path.join(playbooksFolder, 'shuocheng.yaml');
let folder: string;
let changed: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'angrid-playbook-'));
  changed = path.join(folder, 'shuocheng.yaml');
  const text = await readFile(shuocheng, 'utf8');
  const later = text.replace('version: 2', 'version: 3').replace("['08:00-12:00', '14:30-18:30']", "['09:00-12:00']");
  await writeFile(
    changed,
    later.replace(/within: 15m,\s+settle: 2d,\s+ladder: one-call/, 'within: 90s, ladder: one-call'),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('angrid-cloud playbook', () => {
  it('diff says what is different, place by place', async () => {
    expect((await runPlaybookCommand(['diff', shuocheng, changed], 'en')).split('\n')).toEqual([
      '~ version: 2 -> 3',
      '~ workingHours: 08:00-12:00, 14:30-18:30 -> 09:00-12:00',
      '~ routes.grid.legs.handler.within: 15m -> 90s',
      '- routes.grid.legs.handler.settle: 2d',
    ]);
    expect(await runPlaybookCommand(['diff', changed, changed], 'en')).toBe('no difference');
  });

  it('lint says ok, or each place with its cure', async () => {
    expect(await runPlaybookCommand(['lint', changed], 'en')).toBe('ok');
    const broken = path.join(folder, 'broken.yaml');
    await writeFile(broken, (await readFile(shuocheng, 'utf8')).replace('ladder: one-call', 'ladder: one-cal'));
    await expect(runPlaybookCommand(['lint', broken], 'en')).rejects.toMatchObject({
      code: 'playbook.invalid',
      detail:
        '\nroutes.grid.legs.handler.ladder: "one-cal" is none of the ladders: confirmers, station, one-call (unknown-reference)',
    });
  });

  it('show reads like the model', async () => {
    const shown = await runPlaybookCommand(['show', shuocheng], 'zh-CN');
    expect(shown).toContain('grid  [police: false; hours: working; source: device|person; confirmed: true]');
    expect(shown).toContain('  handler -> 网格钉钉群 (own), console+dingtalk, answer 15m, settle 2d, then one-call');
    expect(shown).toContain('  2. 网格长 (parent), 30m');
  });

  it('says so where the file is not there', async () => {
    await expect(runPlaybookCommand(['show', path.join(folder, 'none.yaml')], 'en')).rejects.toMatchObject({
      code: 'playbook.unreadable',
    });
  });
});
