import type { Localized } from '@angrid/contract';
import { spanText } from './fields.js';
import type { Playbook } from './playbook.js';
import type { Condition, Ladder, Leg, Target } from './routing.js';

type Locale = keyof Localized;

/** A playbook to read in a terminal: its routes with their legs, its ladders rung by rung. */
export function showPlaybook(playbook: Playbook, locale: Locale): string {
  const { id, version, name, summary, routes, ladders, overlays } = playbook;
  const say = (target: Target): string => targetText(playbook, target, locale);
  return [
    `${id}@${version}  ${name[locale]}`,
    summary[locale],
    '',
    ...routes.flatMap((route) => [
      `${route.id}  [${conditionText(route.when)}]${route.statement ? `  ${route.statement[locale]}` : ''}`,
      ...route.legs.map((leg) => `  ${leg.role} -> ${legText(leg, say)}`),
    ]),
    '',
    ...Object.entries(ladders).flatMap(([key, ladder]) => [
      `${key}  ${ladder.name[locale]} (${ladder.climbs})`,
      ...rungTexts(ladder, say),
    ]),
    ...Object.entries(overlays).map(([key, overlay]) => `\n+ ${key}  ${overlay.name[locale]}`),
  ].join('\n');
}

function legText({ to, channels, within, settle, ladder }: Leg, say: (to: Target) => string): string {
  const timers = [
    within === undefined ? [] : `answer ${spanText(within)}`,
    settle === undefined ? [] : `settle ${spanText(settle)}`,
  ];
  return [say(to), channels.join('+'), ...timers.flat(), ...(ladder === undefined ? [] : [`then ${ladder}`])].join(
    ', ',
  );
}

function rungTexts({ rungs }: Ladder, say: (to: Target) => string): readonly string[] {
  return rungs.map(({ to, within }, index) => `  ${index + 1}. ${say(to)}, ${spanText(within)}`);
}

function targetText({ duties, departments, groups }: Playbook, to: Target, locale: Locale): string {
  const unit = typeof to.unit === 'string' ? to.unit : `level ${to.unit.level}`;
  if ('duty' in to) return `${duties[to.duty]?.name[locale] ?? to.duty} (${unit})`;
  if ('group' in to) return `${groups[to.group]?.name[locale] ?? to.group} (${unit})`;
  return `${departments[to.department]?.name[locale] ?? to.department} (${unit})`;
}

function conditionText(when: Condition): string {
  const said = Object.entries(when).map(
    ([key, value]) => `${key}: ${Array.isArray(value) ? value.join('|') : String(value)}`,
  );
  return said.length === 0 ? 'always' : said.join('; ');
}
