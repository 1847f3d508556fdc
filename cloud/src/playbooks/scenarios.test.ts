import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, test } from '@jest/globals';
import { playScenario, type Telling } from '../../testing/playbook-scenario.js';
import { type Expectation, scenarioFileSchema } from '../../testing/scenario-file.js';
import { normOf } from '../units/norms.js';
import { playbooksFolder, readPlaybooks } from './library.js';
import type { Playbook } from './playbook.js';
import { readYaml } from './read-yaml.js';

const library = await readPlaybooks([playbooksFolder]);
const playbooks = [...library.values()];

function fileOf({ id }: Playbook) {
  const file = path.join(playbooksFolder, 'scenarios', `${id}.yaml`);
  return readYaml(scenarioFileSchema, readFileSync(file, 'utf8'), file);
}

/** Exactly these values of the story, where the scenario names them. */
function check(expected: Expectation, telling: Telling): void {
  const { told, owner, log, legs, points, escalates } = expected;
  const { story } = telling;
  if (told) expect([...new Set(story.legs.map(({ to }) => to.id))]).toEqual(told);
  if (log) expect(recordOf(telling)).toEqual(log);
  if (owner !== undefined) expect(telling.owner).toBe(owner);
  const standing = story.legs.map(({ to, channel, role, state, settle }) => {
    return { to: to.id, at: to.unit, channel, role, is: state, settle };
  });
  for (const leg of legs) expect(standing).toContainEqual(expect.objectContaining(leg));
  for (const [unit, earned] of Object.entries(points))
    expect([unit, telling.points().get(unit)]).toEqual([unit, earned]);
  checkTimes(expected, telling);
  if (escalates === undefined) return;
  const { silent } = story;
  const said = silent && {
    role: silent.role,
    in: silent.at.getTime() - story.now.getTime(),
    to: silent.next.map(({ id }) => id),
  };
  expect(said ?? null).toEqual(escalates);
}

function checkTimes({ knew, within }: Expectation, telling: Telling): void {
  const bounds = [
    ...Object.entries(knew).map(([who, span]) => ({ who, is: 'queued', span })),
    ...Object.entries(within).flatMap(([who, states]) =>
      Object.entries(states).map(([is, span]) => ({ who, is, span })),
    ),
  ];
  for (const { who, is, span } of bounds) {
    const reached = recordOf(telling).filter((line) => line.who === who && line.is === is);
    expect({ who, is, inTime: Math.min(...reached.map(({ after }) => after)) <= span }).toEqual({
      who,
      is,
      inTime: true,
    });
  }
}

/** What is on record of the pushes, as it happened. */
function recordOf(telling: Telling) {
  const lines = telling.story.legs.flatMap(({ to, at }) =>
    Object.entries(at).map(([is, time]) => ({ after: telling.since(time), who: to.id, at: to.unit, is })),
  );
  return lines.sort((one, other) => one.after - other.after);
}

describe.each(playbooks.map((playbook) => [playbook.id, playbook] as const))('%s', (_id, playbook) => {
  const { scenarios, norms } = fileOf(playbook);

  test.each(scenarios.map((scenario) => [scenario.shows, scenario.statement.en, scenario] as const))(
    '%s: %s',
    (_shows, _statement, scenario) => {
      expect.hasAssertions();
      playScenario(playbook, scenario, check);
    },
  );

  if (norms.length > 0) {
    test.each(norms.map((norm) => [norm.shows, norm.statement.en, norm] as const))(
      '%s: %s',
      (_shows, _statement, norm) => {
        const most = normOf(library, playbook.id)(norm.level, norm.kind) ?? Infinity;
        expect(norm.residents > most).toBe(norm.warns);
      },
    );
  }
});

it('no playbook is without a statement of its report, nor says one twice', () => {
  for (const playbook of playbooks) {
    const { scenarios } = fileOf(playbook);
    expect(scenarios.filter(({ shows }) => shows === 'report').length).toBeGreaterThanOrEqual(2);
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length);
  }
});

describe('a scenario', () => {
  const [playbook] = playbooks.filter(({ id }) => id === 'jinhua') as [Playbook];
  const [scenario] = fileOf(playbook).scenarios.filter(({ id }) => id === 'three-pushes');
  const playing = (act: object) => () =>
    playScenario(playbook, { ...scenario, steps: [{ act }] } as never, () => undefined);

  it('fails where somebody answers who was never told', () => {
    expect(playing({ who: 'mediator', does: 'acknowledged' })).toThrow(/nobody has a push/);
  });

  it('fails where somebody does what is not allowed, or may do what it says is refused', () => {
    expect(playing({ who: 'handling-officer', does: 'resolved' })).toThrow(/may not resolve what is open/);
    expect(playing({ who: 'handling-officer', does: 'acknowledged', refused: true })).toThrow(/may acknowledge/);
  });
});
