import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, test } from '@jest/globals';
import { type Expectation, playScenario, scenarioFileSchema, type Telling } from '../../testing/playbook-scenario.js';
import { T0 } from '../../testing/matter-story.js';
import { playbooksFolder, readPlaybooks } from './library.js';
import type { Playbook } from './playbook.js';
import { readYaml } from './read-yaml.js';

const playbooks = [...(await readPlaybooks([playbooksFolder])).values()];

function scenariosOf({ id }: Playbook) {
  const file = path.join(playbooksFolder, 'scenarios', `${id}.yaml`);
  return readYaml(scenarioFileSchema, readFileSync(file, 'utf8'), file).scenarios;
}

function check({ told, legs, knew, escalates }: Expectation, { told: tellings, story }: Telling): void {
  if (told) expect(tellings).toEqual(told);
  const standing = story.legs.map(({ to, channel, role, state }) => ({
    to: to.id,
    at: to.unit,
    channel,
    role,
    is: state,
  }));
  for (const leg of legs) expect(standing).toContainEqual(expect.objectContaining(leg));
  for (const [who, within] of Object.entries(knew)) {
    const queued = story.legs
      .filter(({ to }) => to.id === who)
      .map(({ at }) => (at.queued?.getTime() ?? Infinity) - T0.getTime());
    expect({ who, knewInTime: Math.min(...queued) <= within }).toEqual({ who, knewInTime: true });
  }
  if (escalates === undefined) return;
  const { silent } = story;
  const said = silent && {
    role: silent.role,
    in: silent.at.getTime() - story.now.getTime(),
    to: silent.next.map(({ id }) => id),
  };
  expect(said ?? null).toEqual(escalates);
}

describe.each(playbooks.map((playbook) => [playbook.id, playbook] as const))('%s', (_id, playbook) => {
  test.each(scenariosOf(playbook).map((scenario) => [scenario.statement.en, scenario] as const))(
    '%s',
    (_statement, scenario) => {
      expect.hasAssertions();
      playScenario(playbook, scenario, (expected, telling) => check(expected, telling));
    },
  );
});

it('no playbook is without scenarios', () => {
  for (const playbook of playbooks) expect(scenariosOf(playbook).length).toBeGreaterThanOrEqual(2);
});
