import { routableTargets } from '../channels/pick-target.js';
import { noteSteps } from '../correlation/incident-log.js';
import type { Correlated } from '../correlation/facts.js';
import type { CloudTransaction } from '../database.js';
import { send } from '../platform/database/index.js';
import { joinedAccounts } from './exercise-rows.js';
import { type Circumstances, circumstancesOf, type Governed } from './circumstances.js';
import { insertLegs, type NewLeg } from './leg-rows.js';
import { type LoadedMatter, loadMatters } from './load-matters.js';
import { type Plan, plan } from './plan.js';
import { currentSilences } from './silence-rows.js';

/** Whom an exercise reaches where nobody has joined one: an account that is none. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

interface Planned extends Plan {
  readonly matter: LoadedMatter;
  /** id@version */
  readonly playbook: string;
}

/**
 * Load, decide, write: opens the legs that the playbook of each incident calls for as it is now. A role that has been
 * told is not told anew. Which legs: `plan`. A constant number of statements, in the transaction of what has happened.
 */
export async function dispatch(
  trx: CloudTransaction,
  correlated: readonly Pick<Correlated, 'incident'>[],
  governed: Governed,
): Promise<void> {
  const { now } = governed;
  const incidents = [...new Set(correlated.map(({ incident }) => incident))];
  if (incidents.length === 0) return;
  const matters = (await loadMatters(trx, incidents)).filter(({ over }) => !over);
  const compounds = [...new Set(matters.map(({ compound }) => compound))];
  const silences = await currentSilences(trx, compounds, now);
  const circumstances = await circumstancesOf(trx, matters, governed);
  const plans = matters.map((matter) => planOne(circumstances, matter, { silences, now }));
  const told = await rolesTold(trx, incidents);
  const legs = plans.flatMap(({ matter, legs: planned }) => {
    const fresh = planned.filter(({ role }) => !told.has(`${matter.incident}/${role}`));
    return fresh.map((leg) => ({ ...leg, matter }));
  });
  await openLegs(trx, legs, now);
  await writePlans(trx, plans, now);
}

function planOne(
  { playbookOf, hoursOf, onDuty }: Circumstances,
  matter: LoadedMatter,
  { silences, now }: Pick<Parameters<typeof plan>[2], 'silences' | 'now'>,
): Planned {
  const playbook = playbookOf(matter);
  const hours = hoursOf(playbook, matter);
  const planned = plan(playbook, matter, { hours, silences, onDuty, now });
  return { ...planned, matter, playbook: `${playbook.id}@${playbook.version}` };
}

/** Queues pushes. Those of an exercise are for the people who joined it, and stay in the house. */
export async function openLegs(trx: CloudTransaction, legs: readonly NewLeg[], now: Date): Promise<void> {
  if (legs.length === 0) return;
  const drills = legs.filter(({ matter }) => matter.exercise).map(({ matter }) => matter.compound);
  const joined = await joinedAccounts(trx, [...new Set(drills)], now);
  const outside = legs.some(({ channel }) => channel !== 'console');
  const targets = outside ? await routableTargets(trx) : [];
  const addressed = legs.map((leg) =>
    leg.matter.exercise ? { ...leg, accounts: joined.get(leg.matter.compound) ?? [NOBODY] } : leg,
  );
  await insertLegs(trx, addressed, { now, targets });
  await share(trx, legs);
}

/** Who is called from another tree or another unit may see what about. */
async function share(trx: CloudTransaction, legs: readonly NewLeg[]): Promise<void> {
  const foreign = legs.flatMap(({ matter, to: { unit } }) => {
    const path = matter.own.at(-1)?.path;
    if (unit === null || path === undefined || path === unit || path.startsWith(`${unit}/`)) return [];
    return [{ incident: matter.incident, unit }];
  });
  if (foreign.length === 0) return;
  await send(trx)`
    update incidents i set shared_paths = (
      select array_agg(distinct path) from unnest(i.shared_paths || f.paths) path)
    from (
      select incident, array_agg(unit) as paths
      from unnest(${foreign.map(({ incident }) => incident)}::uuid[], ${foreign.map(({ unit }) => unit)}::text[])
        as n (incident, unit) group by incident) f
    where i.incident_id = f.incident`;
}

async function rolesTold(trx: CloudTransaction, incidents: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await trx
    .selectFrom('legs')
    .select(['incident_id', 'role'])
    .distinct()
    .where('incident_id', 'in', [...incidents])
    .execute();
  return new Set(rows.map(({ incident_id: incident, role }) => `${incident}/${role}`));
}

async function writePlans(trx: CloudTransaction, plans: readonly Planned[], now: Date): Promise<void> {
  const changed = plans.filter(({ silence, matter }) => silence !== undefined || matter.silencedUntil !== null);
  const column = <T>(value: (planned: Planned) => T): T[] => plans.map(value);
  await send(trx)`
    update incidents i set category = p.category, police = p.police, playbook = coalesce(i.playbook, p.playbook),
      silenced_until = p.silenced
    from unnest(${column(({ matter }) => matter.incident)}::uuid[],
      ${column(({ classified }) => classified.category)}::text[],
      ${column(({ classified }) => classified.police)}::boolean[], ${column(({ playbook }) => playbook)}::text[],
      ${column(({ silence }) => silence?.until ?? null)}::timestamptz[]
    ) as p (incident, category, police, playbook, silenced)
    where i.incident_id = p.incident and (i.playbook is null or i.police is distinct from p.police
      or i.category is distinct from p.category or i.silenced_until is distinct from p.silenced)`;
  const fresh = new Set(changed.filter(({ matter }) => matter.silencedUntil === null));
  const noted = plans.filter((planned) => planned.logs.length > 0 && (!planned.silence || fresh.has(planned)));
  const steps = noted.flatMap(({ matter: { incident, compound }, logs }) =>
    logs.map((log) => ({ incident, compound, ...log })),
  );
  await noteSteps(trx, steps, now);
}
