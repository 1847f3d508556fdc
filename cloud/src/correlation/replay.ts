import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import type { AlertFact, Neighbourhood } from './facts.js';
import { loadSite, loadStoredAlerts } from './load-neighbourhood.js';
import { compare, type Comparison, nothingCompared, together } from './replay-comparison.js';
import { type RuleSet, readRuleSet } from './rule-set.js';
import { activeRules } from './rule-sets.js';
import { Timeline } from './play-alerts.js';

const DAY_MS = 86_400_000;
const PAGE = 5000;

export interface ReplayWish {
  readonly text: string;
  readonly days: number;
  readonly author: string;
  readonly now: Date;
}

/** Puts a replay in the queue. Throws input.invalid where the rules are none. */
export async function queueReplay(trx: CloudTransaction, { text, days, author, now }: ReplayWish): Promise<string> {
  readRuleSet(text);
  const replay = uuid();
  await trx
    .insertInto('rule_replays')
    .values({ replay_id: replay, author, days, text, state: 'queued', created_at: now })
    .execute();
  return replay;
}

export interface ReplayView {
  readonly id: string;
  readonly days: number;
  readonly state: 'queued' | 'running' | 'done' | 'failed';
  readonly progress: number;
  readonly total: number;
  readonly result: Comparison | null;
  readonly error: string | null;
  readonly createdAt: Date;
}

/** Throws subject.not-found. */
export async function readReplay(trx: CloudTransaction, id: string): Promise<ReplayView> {
  const { rows } = await sql<ReplayView>`
    select replay_id as id, days, state, progress, total, result, error, created_at as "createdAt"
    from rule_replays where replay_id = ${id}`.execute(trx);
  if (rows[0]) return rows[0];
  throw new AnGridError('subject.not-found', { op: 'replay.read', subject: id });
}

interface Job {
  readonly id: string;
  readonly text: string;
  readonly days: number;
}

export interface ReplayOptions {
  readonly db: CloudDatabase;
  readonly clock: Pick<Clock, 'wall'>;
}

/**
 * Runs the replays that wait: the alerts of each compound pass the active rules and the candidate, in memory. One that
 * was interrupted is run again from its start.
 */
export async function runReplays(options: ReplayOptions): Promise<void> {
  for (let job = await takeJob(options); job; job = await takeJob(options)) await runReplay(options, job);
}

function inScope<T>({ db }: ReplayOptions, work: (trx: CloudTransaction) => Promise<T>): Promise<T> {
  return withScope(db.service, systemScope('replay'), work);
}

const ABANDONED_MS = 600_000;

async function takeJob(options: ReplayOptions): Promise<Job | undefined> {
  const now = new Date(options.clock.wall());
  const abandoned = new Date(now.getTime() - ABANDONED_MS);
  return inScope(options, async (trx) => {
    const { rows } = await sql<Job>`
      update rule_replays set state = 'running', started_at = ${now}, progress = 0,
        total = (select count(*) from compounds)
      where replay_id = (
        select replay_id from rule_replays
        where state = 'queued' or (state = 'running' and started_at < ${abandoned}::timestamptz)
        order by created_at limit 1 for no key update skip locked)
      returning replay_id as id, text, days`.execute(trx);
    return rows[0];
  });
}

async function runReplay(options: ReplayOptions, job: Job): Promise<void> {
  try {
    const result = await replayCompounds(options, job);
    await finish(options, job, { state: 'done', result: JSON.stringify(result) });
  } catch (error) {
    await finish(options, job, {
      state: 'failed',
      error: error instanceof Error ? error.message.slice(0, 300) : 'failed',
    });
  }
}

async function finish(
  options: ReplayOptions,
  { id }: Job,
  outcome: { readonly state: 'done' | 'failed'; readonly result?: string; readonly error?: string },
): Promise<void> {
  await inScope(options, (trx) =>
    trx
      .updateTable('rule_replays')
      .set({ ...outcome, finished_at: new Date(options.clock.wall()) })
      .where('replay_id', '=', id)
      .execute(),
  );
}

async function replayCompounds(options: ReplayOptions, job: Job): Promise<Comparison> {
  const to = options.clock.wall();
  const from = to - job.days * DAY_MS;
  const candidate = readRuleSet(job.text);
  const { active, compounds } = await inScope(options, async (trx) => {
    const rows = await trx.selectFrom('compounds').select('compound_id as id').orderBy('compound_id').execute();
    return { active: await activeRules(trx), compounds: rows.map(({ id }) => id) };
  });
  let result = nothingCompared;
  for (const compound of compounds) {
    const replayed = await replayCompound(options, { compound, from, to, active, candidate });
    result = together(result, replayed);
    await inScope(options, (trx) =>
      trx
        .updateTable('rule_replays')
        .set({ progress: sql<number>`progress + 1`, started_at: new Date(options.clock.wall()) })
        .where('replay_id', '=', job.id)
        .execute(),
    );
  }
  return result;
}

interface Span {
  readonly compound: string;
  readonly from: number;
  readonly to: number;
  readonly active: RuleSet;
  readonly candidate: RuleSet;
}

/** As they happened; what people did with incidents at the time is not repeated. */
async function replayCompound(
  options: ReplayOptions,
  { compound, from, to, active, candidate }: Span,
): Promise<Comparison> {
  const site: Omit<Neighbourhood, 'alerts' | 'incidents'> = await inScope(options, async (trx) => {
    const rows = await trx.selectFrom('devices').select('device_id').where('compound_id', '=', compound).execute();
    const devices = rows.map(({ device_id: id }) => id);
    const relations = new Set([...active.relations, ...candidate.relations]);
    return { compound, ...(await loadSite(trx, { compound, devices, relations })) };
  });
  const lines = [active, candidate].map((rules) => new Timeline(rules, site)) as [Timeline, Timeline];
  let alerts = 0;
  let after: Pick<AlertFact, 'at' | 'alert'> = { at: from, alert: '' };
  for (;;) {
    const page = await inScope(options, (trx) => loadStoredAlerts(trx, { compound, after, to, limit: PAGE }));
    for (const each of page) for (const line of lines) line.pass([each], each.at);
    alerts += page.length;
    const last = page.at(-1);
    if (!last || page.length < PAGE) break;
    after = last;
  }
  for (const line of lines) line.pass([], to);
  return compare({ compound, alerts, active: lines[0].raised(), candidate: lines[1].raised() });
}
