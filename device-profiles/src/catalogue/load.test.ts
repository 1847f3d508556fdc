import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { runExamples } from '../examples/run-examples.js';
import { tiny } from '../testing.fixture.js';
import { builtInProfiles, loadProfiles } from './load.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'profiles-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(join(folder, file, '..'), { recursive: true });
  await writeFile(join(folder, file), text);
}

/** All that it takes to bring in a panel that nobody here has seen. */
const newcomer = `
format: 1
name: garden-gate
version: 0.1.0
vendor: acme
model: Garden gate
verified: false
description: { zh-CN: 花园门, en: Garden gate }
device: panel
gb28181: '142'
transport: { protocol: mqtt, up: { news: { topic: 'acme/{device}/news' } } }
read: { format: json, discriminator: what }
personal: { drop: [who] }
codes:
  moves: { open: door.opened, shut: door.closed, broken: door.forced }
messages:
  - name: move
    on: [news]
    is: [move]
    time: { path: at, format: epoch-s }
    dedup: [{ rule: vendor-record, key: [no, at] }]
    emits: [{ code: [how], codes: moves, channel: gate }]
examples:
  - says: { zh-CN: 门被强行打开, en: The gate is broken open }
    topic: acme/{device}/news
    body: { what: move, how: broken, no: 5, at: 1767225600, gate: 2, who: somebody }
    expect:
      events: [{ kind: door.forced, channel: '2', code: broken, dedup: 'vendor-record:5|1767225600', time: '2026-01-01T00:00:00.000Z' }]
      drops: { personal-field: 1 }
`;

describe('loading profiles', () => {
  it('takes a new panel as one new file in the operator’s own folder', async () => {
    await write('acme/garden-gate.yaml', newcomer);
    const catalogue = await loadProfiles([builtInProfiles, folder]);
    const profile = catalogue.get('garden-gate');
    expect([...catalogue.keys()]).toContain('json-panel');
    expect(profile && runExamples(profile)).toMatchObject({ profile: 'garden-gate@0.1.0', passed: true });
  });

  it('shows what an example expected and what came out', async () => {
    await write('acme/garden-gate.yaml', newcomer.replace('broken: door.forced', 'broken: door.held_open'));
    const profile = (await loadProfiles([folder])).get('garden-gate');
    const [result] = profile ? runExamples(profile).results : [];
    expect(result).toMatchObject({
      passed: false,
      expected: { events: [{ kind: 'door.forced' }] },
      actual: { events: [{ kind: 'door.held_open' }] },
    });
  });

  it('refuses a second profile of the same name', async () => {
    await write('a/tiny.yaml', stringify(tiny));
    await write('b/tiny.yaml', stringify(tiny));
    await expect(loadProfiles([folder])).rejects.toThrow(
      'b/tiny.yaml): A device profile is not valid: a profile of the name tiny exists already',
    );
  });

  it('refuses a profile whose name is not its file’s', async () => {
    await write('a/other.yaml', stringify(tiny));
    await expect(loadProfiles([folder])).rejects.toThrow('name: tiny must be the name of the file');
  });

  it('refuses what the linter calls an error, and names the file', async () => {
    await write('a/tiny.yaml', stringify({ ...tiny, personal: { drop: ['id'] } }));
    await expect(loadProfiles([folder])).rejects.toMatchObject({ code: 'profile.invalid', subject: 'a/tiny.yaml' });
  });

  it('refuses a folder that is not there', async () => {
    await expect(loadProfiles([join(folder, 'nowhere')])).rejects.toMatchObject({ code: 'profile.invalid' });
  });

  it('leaves other files alone', async () => {
    await write('README.md', 'not a profile');
    expect((await loadProfiles([folder])).size).toBe(0);
  });
});
