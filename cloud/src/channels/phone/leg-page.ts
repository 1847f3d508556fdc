import { AnGridError, type Localized, type Severity } from '@angrid/contract';
import { sql } from 'kysely';
import { isToken, tokenHash } from '../../accounts/token.js';
import type { CloudTransaction } from '../../database.js';
import { stateAfter } from '../../correlation/incident-states.js';
import { allows, type LegState } from '../../dispatch/leg.js';
import { legMessages } from '../../dispatch/leg-message.js';
import type { IncidentState } from '../../schema.js';

export const phoneActions = ['acknowledge', 'accept', 'return'] as const;
export type PhoneAction = (typeof phoneActions)[number];

export const legEvents = { acknowledge: 'acknowledged', accept: 'accepted', return: 'returned' } as const;

/** A link that can be used, with the leg that it opens. */
export interface OpenLink {
  readonly linkHash: string;
  readonly leg: string;
  readonly incident: string;
  readonly compound: string;
  /** Name of the group that was told. */
  readonly target: string;
  readonly role: string;
  readonly legState: LegState;
  readonly asks: boolean;
  readonly incidentState: IncidentState;
  /** Somebody has taken it at the console. */
  readonly owned: boolean;
  readonly expiresAt: Date;
  readonly holderHash: string | null;
}

/** What the page of one leg shows: no picture, no person, nothing of another matter. */
export interface LegPage {
  readonly incident: string;
  readonly kindTitle: Localized;
  readonly severity: Severity;
  readonly exercise: boolean;
  readonly why: Localized;
  readonly openedAt: Date;
  readonly compound: string;
  readonly place: string | null;
  readonly unit: readonly string[];
  readonly leg: { readonly role: string; readonly state: LegState };
  /** Who else has been told. */
  readonly others: readonly { readonly role: string; readonly state: LegState; readonly channel: string }[];
  readonly actions: readonly PhoneAction[];
  readonly expiresAt: Date;
  /** Whether this link has been answered with: `here` by this browser. */
  readonly spent: 'no' | 'here' | 'elsewhere';
}

/** Throws leg-link.expired where the link is unknown, too old, or leads to what nobody outside may see. */
export async function openLink(trx: CloudTransaction, token: string, now: Date): Promise<OpenLink> {
  if (isToken(token)) {
    const { rows } = await sql<OpenLink>`
      select k.link_hash as "linkHash", k.leg_id as leg, l.incident_id as incident, i.compound_id as compound,
        t.name as target, l.role,
        l.state as "legState", l.asks, i.state as "incidentState", i.owner_id is not null as owned,
        k.expires_at as "expiresAt", k.holder_hash as "holderHash"
      from leg_links k
      join legs l on l.leg_id = k.leg_id
      join incidents i on i.incident_id = l.incident_id
      join channel_targets t on t.target_id = k.target_id
      where k.link_hash = ${tokenHash(token)} and k.expires_at > ${now} and not i.restricted and t.disabled_at is null
      for no key update of k, i`.execute(trx);
    const [found] = rows;
    if (found) return found;
  }
  throw new AnGridError('leg-link.expired', { op: 'leg-link.open' });
}

/** `holder`: the secret of this browser, where it has one. */
export async function legPage(trx: CloudTransaction, link: OpenLink, holder: string | undefined): Promise<LegPage> {
  const message = (await legMessages(trx, [link.incident])).get(link.incident);
  if (!message) throw new AnGridError('leg-link.expired', { op: 'leg-link.read' });
  const { incident, kindTitle, severity, exercise, why, openedAt, compound, place, unit } = message;
  const spent = spentBy(link, holder);
  const legs = await legsOf(trx, link.incident);
  return {
    ...{ incident, kindTitle, severity, exercise, why, openedAt, place },
    compound: compound.name,
    unit: unit?.names ?? [],
    leg: { role: link.role, state: link.legState },
    others: legs.filter(({ id }) => id !== link.leg).map(({ role, state, channel }) => ({ role, state, channel })),
    actions: spent === 'elsewhere' ? [] : phoneActions.filter((action) => isPossible(link, action)),
    expiresAt: link.expiresAt,
    spent,
  };
}

async function legsOf(trx: CloudTransaction, incident: string) {
  return trx
    .selectFrom('legs')
    .select(['leg_id as id', 'role', 'state', 'channel'])
    .where('incident_id', '=', incident)
    .orderBy('queued_at')
    .orderBy('leg_id')
    .limit(50)
    .execute();
}

/**
 * What somebody has taken is taken over at the console only, where it is known who does, and comes back only from where
 * it was taken: from its owner at the console, or by this leg.
 */
export function isPossible(
  { legState, incidentState, owned }: Pick<OpenLink, 'legState' | 'incidentState' | 'owned'>,
  action: PhoneAction,
): boolean {
  const taken = incidentState === 'accepted';
  if (taken && action === 'accept') return false;
  if (taken && action === 'return' && (owned || legState !== 'accepted')) return false;
  return allows(legState, legEvents[action]) && stateAfter(incidentState, action) !== undefined;
}

export function spentBy({ holderHash }: OpenLink, holder: string | undefined): LegPage['spent'] {
  if (holderHash === null) return 'no';
  return holder !== undefined && tokenHash(holder) === holderHash ? 'here' : 'elsewhere';
}
