import { beforeAll, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { playbooksFolder, readPlaybook } from '@angrid/cloud/playbooks/library';
import { type City, runCity } from './city.js';
import { heldBack } from './mixes.js';

describe('a fortnight of two compounds with which no rule was tuned', () => {
  let city: City;
  beforeAll(async () => {
    const playbook = await readPlaybook(path.join(playbooksFolder, 'jinhua.yaml'));
    city = runCity({ mix: heldBack, seed: 4242, compounds: 2, days: 14, playbook });
  });

  it('is told right: nineteen in twenty that are told, and of those that somebody had to know', () => {
    expect(city.ours.sum('matters')).toBeGreaterThan(20);
    expect(city.ours.precision).toBeGreaterThanOrEqual(0.95);
    expect(city.ours.recall).toBeGreaterThanOrEqual(0.95);
  });

  it('pages at most three times a compound and day, every ladder climbed to its end', () => {
    expect(city.pagesADay).toBeGreaterThan(0);
    expect(city.pagesADay).toBeLessThanOrEqual(3);
  });
});
