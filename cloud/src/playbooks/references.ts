import type { Finding } from './lint.js';
import type { Overlay, Playbook } from './playbook.js';
import { IN_CHARGE, type Ladder, type Route, type Target } from './routing.js';

/** One mention of another part of the playbook. */
interface Mention {
  readonly at: string;
  readonly of: 'duties' | 'departments' | 'groups' | 'ladders' | 'categories';
  readonly name: string;
}

/** Mentions of a duty, department, group, ladder or category that is not there. */
export function unknownReferences(playbook: Playbook): readonly Finding[] {
  return mentionsIn(playbook)
    .filter(({ of, name }) => !Object.hasOwn(playbook[of], name))
    .map(({ at, of, name }) => {
      const known = Object.keys(playbook[of]).join(', ') || 'none';
      return { code: 'unknown-reference', at, detail: `"${name}" is none of the ${of}: ${known}` };
    });
}

function mentionsIn(playbook: Playbook): readonly Mention[] {
  const { groups, categories, classification, overlays } = playbook;
  return [
    ...Object.entries(groups).flatMap(([id, { duties }]) => dutiesAt(`groups.${id}`, duties)),
    ...Object.entries(categories).flatMap(([id, { department }]) =>
      department === undefined
        ? []
        : [{ at: `categories.${id}.department`, of: 'departments' as const, name: department }],
    ),
    { at: 'classification.unclear', of: 'categories', name: classification.unclear },
    ...inRoutes('routes', playbook.routes),
    ...inLadders('ladders', playbook.ladders),
    ...Object.entries(overlays).flatMap(([id, overlay]) => inOverlay(`overlays.${id}`, overlay)),
    ...inPractice(playbook),
  ];
}

function inOverlay(at: string, { routes, ladders, extraDuty }: Overlay): readonly Mention[] {
  return [
    ...inRoutes(`${at}.routes`, routes),
    ...inLadders(`${at}.ladders`, ladders),
    ...dutiesAt(`${at}.extraDuty`, extraDuty),
  ];
}

function inRoutes(at: string, routes: readonly Route[]): readonly Mention[] {
  return routes.flatMap(({ id, when, legs }) => [
    ...(when.category ?? []).map((name) => ({ at: `${at}.${id}.when.category`, of: 'categories' as const, name })),
    ...legs.flatMap(({ role, to, ladder }) => [
      ...inTarget(`${at}.${id}.legs.${role}.to`, to),
      ...ladderAt(`${at}.${id}.legs.${role}.ladder`, ladder),
    ]),
  ]);
}

function inLadders(at: string, ladders: Readonly<Record<string, Ladder>>): readonly Mention[] {
  return Object.entries(ladders).flatMap(([id, { rungs }]) =>
    rungs.flatMap(({ to }, index) => inTarget(`${at}.${id}.rungs.${index}.to`, to)),
  );
}

function inTarget(at: string, to: Target): readonly Mention[] {
  if ('duty' in to) return [{ at, of: 'duties', name: to.duty }];
  if ('group' in to) return [{ at, of: 'groups', name: to.group }];
  return to.department === IN_CHARGE ? [] : [{ at, of: 'departments', name: to.department }];
}

function inPractice(playbook: Playbook): readonly Mention[] {
  const { handOver, consultation, rectification, training, care, patrols, dailyList } = playbook;
  return [
    ...ladderAt('handOver.ladder', handOver?.ladder),
    ...dutiesAt('consultation.calledBy', consultation?.calledBy),
    ...(consultation?.calls ?? []).flatMap((to, index) => inTarget(`consultation.calls.${index}`, to)),
    ...dutiesAt('rectification.orderedBy', rectification?.orderedBy),
    ...dutiesAt('training.duties', training?.duties),
    ...dutiesAt('care.duty', care && [care.duty]),
    ...patrols.flatMap(({ id, duty }) => dutiesAt(`patrols.${id}.duty`, [duty])),
    ...dutiesAt('dailyList.duty', dailyList && [dailyList.duty]),
  ];
}

function ladderAt(at: string, name: string | undefined): readonly Mention[] {
  return name === undefined ? [] : [{ at, of: 'ladders', name }];
}

function dutiesAt(at: string, duties: readonly string[] = []): readonly Mention[] {
  return duties.map((name) => ({ at, of: 'duties', name }));
}
