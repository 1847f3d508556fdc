import type { Finding } from './lint.js';
import { isOfficerTask } from './officer-rule.js';
import type { Playbook } from './playbook.js';
import { holds, legsOf, type Situation } from './routes.js';
import { IN_CHARGE, type Leg } from './routing.js';

const severities = [1, 2, 3, 4] as const;
const hours = ['working', 'off'] as const;
/** A report is a person's word; what the system says of itself needs no second source. */
const origins = [
  { source: 'device', confirmed: false },
  { source: 'device', confirmed: true },
  { source: 'person', confirmed: true },
  { source: 'system', confirmed: true },
] as const;

/** Every situation that a playbook can meet, one of each. */
function situationsOf(playbook: Playbook): readonly Situation[] {
  const levels = [...new Set(playbook.trees.flatMap(({ levels: all }) => all.map(({ level }) => level)))];
  const rest = [undefined, ...levels].flatMap((level) =>
    hours.flatMap((each) =>
      origins.map((origin) => ({ ...origin, hours: each, ...(level !== undefined && { level }) })),
    ),
  );
  return Object.keys(playbook.categories).flatMap((category) =>
    severities.flatMap((severity) =>
      policeOf(playbook, category, severity).flatMap((police) =>
        rest.map((one) => ({ ...one, category, severity, police })),
      ),
    ),
  );
}

/** What a matter of the category can be: the rule "unclear or urgent, police first" can make a police matter of it. */
function policeOf(playbook: Playbook, category: string, severity: 1 | 2 | 3 | 4): readonly boolean[] {
  const { unclear, urgent } = playbook.classification;
  if (playbook.categories[category]?.police === true || urgent.includes(severity)) return [true];
  return category === unclear ? [true, false] : [false];
}

/** Routes that no matter meets, and those whose legs are all given by routes before them. */
export function silentRoutes(playbook: Playbook): readonly Finding[] {
  const situations = situationsOf(playbook);
  return playbook.routes.flatMap(({ id, when }) => {
    const met = situations.filter((situation) => holds(when, situation));
    if (met.some((situation) => legsOf(playbook, situation).some(({ route }) => route === id))) return [];
    const detail =
      met.length === 0
        ? 'no matter meets its conditions; loosen them or take it out'
        : 'routes before it give all its roles; put it first or take it out';
    return [{ code: 'route-never-matches', at: `routes.${id}`, detail }];
  });
}

/** Matters that reach nobody, a line for each category. */
export function gapsOf(playbook: Playbook): readonly Finding[] {
  const situations = situationsOf(playbook);
  return Object.keys(playbook.categories).flatMap((category) => {
    const own = situations.filter((situation) => situation.category === category);
    const silent = own.filter((situation) => legsOf(playbook, situation).length === 0);
    if (silent.length === 0) return [];
    const nobody = silent.length === own.length;
    const detail = nobody
      ? 'no route takes it; write one'
      : `nobody is told: ${sampleOf(silent)}; write a route for it`;
    return [{ code: nobody ? 'category-without-route' : 'gap', at: `categories.${category}`, detail }];
  });
}

function sampleOf(silent: readonly Situation[]): string {
  const said = silent.map(({ source, confirmed, hours: when, severity, level }) => {
    const told = source === 'device' && !confirmed ? 'device, unconfirmed' : source;
    return `${told}, ${when} hours, severity ${severity}${level === undefined ? '' : `, level ${level}`}`;
  });
  const [first = '', ...more] = said;
  return more.length === 0 ? first : `${first} (and ${more.length} more)`;
}

/** Legs and rungs that an unconfirmed signal of a device would lead to, and that are an officer's task. */
export function officersUnconfirmed(playbook: Playbook, below = ''): readonly Finding[] {
  const situations = situationsOf(playbook).filter(({ source, confirmed }) => source === 'device' && !confirmed);
  const found = new Map<string, Finding>();
  for (const { id, when, legs } of playbook.routes) {
    for (const { category } of situations.filter((situation) => holds(when, situation))) {
      for (const at of legs.flatMap((leg) =>
        officersOf(playbook, leg, category).map((place) => place ?? `routes.${id}.legs.${leg.role}`),
      )) {
        found.set(at, { code: 'officer-unconfirmed', at: below + at, detail: CURE });
      }
    }
  }
  return [...found.values()];
}

/** Legs that are an officer's task and never time out: an officer who is silent would be so for ever. */
export function officersUnhurried(playbook: Playbook): readonly Finding[] {
  const overlays = Object.entries(playbook.overlays).map(([id, { routes }]) => ({ below: `overlays.${id}.`, routes }));
  return [{ below: '', routes: playbook.routes }, ...overlays].flatMap(({ below, routes }) =>
    routes.flatMap(({ id, when, legs }) => {
      const categories = when.category ?? Object.keys(playbook.categories);
      const isTask = ({ to }: Leg): boolean => categories.some((category) => isOfficerTask(playbook, to, category));
      return legs
        .filter((leg) => leg.within === undefined && isTask(leg))
        .map(({ role }) => ({
          code: 'officer-without-deadline' as const,
          at: `${below}routes.${id}.legs.${role}`,
          detail: 'an officer who does not answer stays silent for ever; add within, and a ladder',
        }));
    }),
  );
}

const CURE =
  'an unconfirmed signal of a device never is an officer’s task; ask for confirmed: true, or for a desk that confirms';

/** Where a leg reaches officers: undefined for the leg itself, else the rung's place. */
function officersOf(playbook: Playbook, leg: Leg, category: string): readonly (string | undefined)[] {
  const rungs = leg.ladder === undefined ? [] : (playbook.ladders[leg.ladder]?.rungs ?? []);
  const climbing = rungs.flatMap(({ to }, index) =>
    isOfficerTask(playbook, to, category) ? [`ladders.${leg.ladder ?? ''}.rungs.${index}`] : [],
  );
  return isOfficerTask(playbook, leg.to, category) ? [undefined, ...climbing] : climbing;
}

/** Legs to the department in charge, of a category that names none. */
export function nobodyInCharge(playbook: Playbook): readonly Finding[] {
  const found = new Map<string, Finding>();
  for (const situation of situationsOf(playbook)) {
    const { category } = situation;
    if (playbook.categories[category]?.department !== undefined) continue;
    const legs = legsOf(playbook, situation).filter(({ to }) => 'department' in to && to.department === IN_CHARGE);
    for (const { route, role } of legs) {
      const detail = `the route ${route} sends it to the department in charge (${role}), and it names none; add department`;
      found.set(`${category} ${route}`, { code: 'unknown-reference', at: `categories.${category}`, detail });
    }
  }
  return [...found.values()];
}
