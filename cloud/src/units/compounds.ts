import {
  AnGridError,
  hoursSchema,
  idSchema,
  purposeSchema,
  recommendedRules,
  ruleSettingsSchema,
  shortText,
  siteClassSchema,
} from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { validated } from '../platform/http/validated.js';
import { keySchema } from '../playbooks/fields.js';
import { tellScopesChanged } from '../accounts/sessions.js';
import { bumpSite } from '../sites/site-config.js';
import { defaultRetentionDays } from './retention.js';

export const noticeSchema = z.object({
  /** Who answers questions about the cameras; an office, not a person. */
  contact: shortText,
  purposes: z.array(shortText.min(1)).max(8),
});
export type Notice = z.infer<typeof noticeSchema>;

const defaultNotice: Notice = { contact: '', purposes: ['维护公共安全'] };

const timezoneSchema = z.string().max(64).refine(isTimezone, 'an IANA time zone');

export const compoundFactsSchema = z.object({
  name: shortText.min(1),
  siteClass: siteClassSchema,
  purpose: purposeSchema,
  timezone: timezoneSchema,
  night: hoursSchema,
  rules: ruleSettingsSchema,
  notice: noticeSchema,
  /** Every property manager sees what is restricted (duress), and not the confirmers alone. */
  restrictedToManagers: z.boolean(),
  /** Id of the playbook by which matters there are handled; null: the standard one. */
  playbook: keySchema.nullable(),
});
export type CompoundFacts = z.infer<typeof compoundFactsSchema>;
export const compoundChangesSchema = compoundFactsSchema.partial();

export const newCompoundSchema = z.object({
  id: idSchema.optional(),
  name: shortText.min(1),
  siteClass: siteClassSchema.default('art9'),
  purpose: purposeSchema.default('public-safety'),
  timezone: timezoneSchema.default('Asia/Shanghai'),
  night: hoursSchema.default('22:00-06:00'),
  rules: ruleSettingsSchema.default(recommendedRules),
  notice: noticeSchema.default(defaultNotice),
  restrictedToManagers: z.boolean().default(false),
  playbook: keySchema.nullable().default(null),
});
export type NewCompound = z.input<typeof newCompoundSchema>;

/** A compound with the first version of its site configuration and its retention; its id. Throws subject.conflict. */
export async function createCompound(trx: CloudTransaction, input: NewCompound, now: Date): Promise<string> {
  const { id = `c-${uuid()}`, ...facts } = validated(newCompoundSchema, input, 'compounds.create');
  const written = await trx
    .insertInto('compounds')
    .values({ compound_id: id, ...columnsOf(facts), created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((written.numInsertedOrUpdatedRows ?? 0n) === 0n)
    throw new AnGridError('subject.conflict', {
      op: 'compounds.create',
      subject: id,
      detail: 'there is such a compound',
    });
  const retention = Object.entries(defaultRetentionDays);
  await trx
    .insertInto('retention_days')
    .values(retention.map(([retention_class, days]) => ({ compound_id: id, retention_class, days })))
    .execute();
  await bumpSite(trx, id, now);
  return id;
}

/** Changes a compound and makes the next version of its site configuration. Throws subject.not-found. */
export async function updateCompound(
  trx: CloudTransaction,
  compound: string,
  changes: z.input<typeof compoundChangesSchema>,
  now: Date,
): Promise<void> {
  const given = validated(compoundChangesSchema, changes, 'compounds.update');
  const row = await trx
    .selectFrom('compounds')
    .select(['name', 'site_class as siteClass', 'purpose', 'timezone', 'night', 'rules', 'notice', 'playbook'])
    .select('restricted_to_managers as restrictedToManagers')
    .where('compound_id', '=', compound)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!row) throw new AnGridError('subject.not-found', { op: 'compounds.update', subject: compound });
  const facts = compoundFactsSchema.parse({ ...row, ...given });
  const newRules = given.rules !== undefined || given.night !== undefined;
  await trx
    .updateTable('compounds')
    .set({ ...columnsOf(facts), ...(newRules ? { rules_version: sql<number>`rules_version + 1` } : {}) })
    .where('compound_id', '=', compound)
    .execute();
  if (facts.restrictedToManagers !== row.restrictedToManagers) await tellScopesChanged(trx);
  await bumpSite(trx, compound, now);
}

function columnsOf({ siteClass, rules, notice, restrictedToManagers, ...same }: CompoundFacts) {
  return {
    ...same,
    site_class: siteClass,
    rules: JSON.stringify(rules),
    notice: JSON.stringify(notice),
    restricted_to_managers: restrictedToManagers,
  };
}

function isTimezone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
