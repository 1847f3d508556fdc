import { expect, it } from '@jest/globals';
import { filesBelow, sourcesBelow } from './sources.js';

/** The cities of the playbooks, by the names of their files. */
const cities = filesBelow('cloud/playbooks')
  .map((path) => /^cloud\/playbooks\/([a-z-]+)\.yaml$/.exec(path)?.[1])
  .filter((id) => id !== undefined);

/** Names the playbook that counts where none is chosen. */
const DEFAULTS = 'cloud/src/config/governance-settings.ts';

it('no code knows a city: what differs between them is data', () => {
  expect(cities.length).toBeGreaterThanOrEqual(5);
  const knows = new RegExp(`(['"\`])(${cities.join('|')})\\1`);
  const sources = ['cloud', 'gateway', 'deploy'].flatMap(sourcesBelow);
  const found = sources.filter(({ isTest, path, text }) => !isTest && path !== DEFAULTS && knows.test(text));
  expect(found.map(({ path }) => path)).toEqual([]);
});
