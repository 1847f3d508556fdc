import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { harbour } from '../../testing/harbour.js';
import { MatterStory, sampleMatter } from '../../testing/matter-story.js';
import { playbooksFolder, readPlaybooks } from './library.js';
import { lintPlaybook } from './lint.js';
import type { Playbook } from './playbook.js';

let folder: string;
let city: Playbook;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'angrid-playbooks-'));
  await writeFile(path.join(folder, 'harbour.yaml'), harbour);
  city = (await readPlaybooks([playbooksFolder, folder])).get('harbour') as Playbook;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a sixth city is one file', () => {
  it('that the lint takes', () => {
    expect(lintPlaybook(city)).toEqual([]);
  });

  it('by which its people are told, and by which silence climbs', () => {
    const own = [
      { path: 'port', level: 0 },
      { path: 'port/berth-3', level: 1 },
    ];
    const story = new MatterStory(city, sampleMatter({ own, territory: own }));
    story.pass(3600);
    expect(story.told).toEqual(['watch/0 watch@port/berth-3 queued']);
    story.change({ confirmed: true });
    story.pass(900);
    expect(story.told.slice(1)).toEqual(['officer/0 watch@port timed-out', 'officer/1 harbour-officer@port queued']);
  });

  it('in which a level means the unit there, or what stands higher where the matter was raised there', () => {
    const port = [{ path: 'port', level: 0 }];
    const level = { ...city, ladders: structuredClone(city.ladders) };
    const [rung] = level.ladders['officer']?.rungs ?? [];
    if (rung) rung.to = { duty: 'harbour-officer', unit: { level: 1 } };
    const [, route] = level.routes;
    const routes = route
      ? [{ ...route, legs: route.legs.map((leg) => ({ ...leg, to: { ...leg.to, unit: 'own' as const } })) }]
      : [];
    const story = new MatterStory({ ...level, routes }, sampleMatter({ own: port, territory: port, confirmed: true }));
    story.pass(900);
    expect(story.told.at(-1)).toBe('officer/1 harbour-officer@port queued');
  });

  it('that says where it is wrong, all at once', async () => {
    const broken = harbour
      .replace('version: 1', 'version: none')
      .replace('within: 15m, ladder', 'within: soon, ladder');
    const other = await mkdtemp(path.join(folder, 'broken-'));
    await writeFile(path.join(other, 'harbour.yaml'), broken);
    await expect(readPlaybooks([other])).rejects.toMatchObject({
      code: 'playbook.invalid',
      subject: 'harbour.yaml',
      detail: expect.stringMatching(
        /^version: .*; routes\.1\.legs\.0\.within: a span such as 30s, 15m, 48h or 7d/,
      ) as unknown as string,
    });
  });
});
