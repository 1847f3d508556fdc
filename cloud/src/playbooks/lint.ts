import { eventKinds, kindDefinition } from '@angrid/contract';
import { gapsOf, nobodyInCharge, officersUnconfirmed, officersUnhurried, silentRoutes } from './coverage.js';
import type { Playbook } from './playbook.js';
import { unknownReferences } from './references.js';

export const findingCodes = [
  'unknown-reference',
  'route-never-matches',
  'category-without-route',
  'gap',
  'officer-unconfirmed',
  'officer-without-deadline',
  'text-missing',
  'kind-unsorted',
  'unit-kind-twice',
] as const;
export type FindingCode = (typeof findingCodes)[number];

export interface Finding {
  readonly code: FindingCode;
  /** Path in the file: `routes.three-pushes.legs.handling-officer`. */
  readonly at: string;
  /** What is wrong there, in English, with its cure. */
  readonly detail: string;
}

/** Everything that would go wrong with a playbook that its schema does not see. None: it may be switched on. */
export function lintPlaybook(playbook: Playbook): readonly Finding[] {
  const unknown = unknownReferences(playbook);
  const texts = missingTexts(playbook, '');
  if (unknown.length > 0) return [...unknown, ...texts];
  const withOverlays = Object.entries(playbook.overlays).flatMap(([id, { routes, ladders }]) =>
    officersUnconfirmed(
      { ...playbook, routes: [...routes, ...playbook.routes], ladders: { ...playbook.ladders, ...ladders } },
      `overlays.${id}.`,
    ),
  );
  return [
    ...officersUnconfirmed(playbook),
    ...withOverlays,
    ...officersUnhurried(playbook),
    ...silentRoutes(playbook),
    ...gapsOf(playbook),
    ...nobodyInCharge(playbook),
    ...unsortedKinds(playbook),
    ...kindsTwice(playbook),
    ...texts,
  ];
}

/** Kinds of alert that fall in no category would all be "unclear". */
function unsortedKinds({ categories }: Playbook): readonly Finding[] {
  const sorted = new Set(Object.values(categories).flatMap(({ events }) => events));
  const alerts = eventKinds.filter((kind) => kindDefinition(kind).standing === 'alert');
  const unsorted = alerts.filter((kind) => !sorted.has(kind));
  if (unsorted.length === 0) return [];
  const detail = `in no category: ${unsorted.join(', ')}; list them in the events of one`;
  return [{ code: 'kind-unsorted', at: 'categories', detail }];
}

function kindsTwice({ trees }: Playbook): readonly Finding[] {
  return trees.flatMap(({ id, levels }) => {
    const kinds = levels.flatMap((level) => level.kinds);
    const twice = kinds.filter((kind, index) => kinds.indexOf(kind) < index);
    const detail = `on two levels: ${twice.join(', ')}; leave each on one`;
    return twice.length === 0 ? [] : [{ code: 'unit-kind-twice' as const, at: `trees.${id}`, detail }];
  });
}

/** Every text stands in both languages. */
function missingTexts(value: unknown, at: string): readonly Finding[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('zh-CN' in value && 'en' in value) {
    return (['zh-CN', 'en'] as const)
      .filter((locale) => String(value[locale]).trim() === '')
      .map((locale) => ({ code: 'text-missing' as const, at, detail: `no text in ${locale}; write one` }));
  }
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    missingTexts(inner, at === '' ? key : `${at}.${keyOf(key, inner)}`),
  );
}

/** Parts of a list by their id, not by their place. */
function keyOf(key: string, inner: unknown): string {
  return typeof inner === 'object' && inner !== null && 'id' in inner ? String(inner.id) : key;
}
