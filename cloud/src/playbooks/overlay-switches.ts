import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { reasonText } from '../reports/free-text.js';
import { keySchema } from './fields.js';
import type { SwitchedOn } from './overlays.js';
import type { Playbook } from './playbook.js';

const MAX_DAYS = 92;

export const newSwitchSchema = z.object({
  overlay: keySchema,
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  reason: reasonText(200),
});
type NewSwitch = z.infer<typeof newSwitchSchema>;

export interface OverlaySwitch extends SwitchedOn {
  readonly id: string;
  readonly playbook: string;
  readonly reason: string;
  /** Label of the account that switched it on. */
  readonly author: string;
}

/** An overlay changes what holds in every unit of its playbook: it is for who sees all, or one of its trees from the root. */
export function seesAllOf({ trees }: Playbook, units: 'all' | readonly string[]): boolean {
  return units === 'all' || trees.some(({ id }) => units.includes(id));
}

/** Overlays that are on at a moment, of all playbooks, for `effectivePlaybook`. One statement. */
export async function overlaysAt(
  trx: CloudTransaction,
  at: Date,
): Promise<(playbook: string) => readonly SwitchedOn[]> {
  const rows = await trx
    .selectFrom('overlay_switches')
    .select(['playbook', 'overlay', 'starts_at as from', 'ends_at as to'])
    .where('starts_at', '<=', at)
    .where('ends_at', '>', at)
    .execute();
  return (playbook) => rows.filter((row) => row.playbook === playbook);
}

/** What is on, what will be, and the latest that were. */
export async function listSwitches(trx: CloudTransaction, playbook: string): Promise<readonly OverlaySwitch[]> {
  const { rows } = await sql<OverlaySwitch>`
    select s.switch_id as id, s.playbook, s.overlay, s.starts_at as from, s.ends_at as to, s.reason,
      coalesce(a.label, '') as author
    from overlay_switches s left join accounts a on a.account_id = s.author
    where s.playbook = ${playbook} order by s.ends_at desc, s.switch_id limit 50`.execute(trx);
  return rows;
}

/** Throws subject.not-found where the playbook has no such overlay, input.invalid for an end that is no end. */
export async function switchOn(
  trx: CloudTransaction,
  playbook: Playbook,
  wish: NewSwitch,
  { author, now }: { readonly author: string; readonly now: Date },
): Promise<string> {
  if (!Object.hasOwn(playbook.overlays, wish.overlay)) {
    throw new AnGridError('subject.not-found', { op: 'playbook.overlay', subject: wish.overlay });
  }
  const [from, to] = [new Date(wish.from), new Date(wish.to)];
  const days = (to.getTime() - from.getTime()) / 86_400_000;
  if (days <= 0 || days > MAX_DAYS || to <= now) {
    const detail = `to: later than now and than from, by at most ${MAX_DAYS} days`;
    throw new AnGridError('input.invalid', { op: 'playbook.overlay', subject: wish.overlay, detail });
  }
  const id = uuid();
  const facts = { switch_id: id, playbook: playbook.id, overlay: wish.overlay, reason: wish.reason, author };
  await trx
    .insertInto('overlay_switches')
    .values({ ...facts, starts_at: from, ends_at: to, created_at: now })
    .execute();
  return id;
}

/** Ends it now; what has not begun is gone. Throws subject.not-found. */
export async function switchOff(trx: CloudTransaction, playbook: string, id: string, now: Date): Promise<void> {
  const row = await trx
    .updateTable('overlay_switches')
    .set({ ends_at: now, starts_at: sql<Date>`least(starts_at, ${now})` })
    .where('switch_id', '=', id)
    .where('playbook', '=', playbook)
    .where('ends_at', '>', now)
    .returning('switch_id')
    .executeTakeFirst();
  if (!row) throw new AnGridError('subject.not-found', { op: 'playbook.overlay', subject: id });
}
