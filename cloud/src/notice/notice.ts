import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';

/** What everybody may know about the cameras of a compound. */
export interface Notice {
  readonly name: string;
  readonly purposes: readonly string[];
  readonly cameras: number;
  readonly retention: readonly { readonly class: string; readonly days: number }[];
  /** An office, not a person. */
  readonly contact: string;
  readonly siteClass: 'art7' | 'art9';
}

/** Throws subject.not-found. */
export async function readNotice(trx: CloudTransaction, compound: string): Promise<Notice> {
  const { rows } = await sql<Notice>`
    select c.name, c.notice -> 'purposes' as purposes, c.notice ->> 'contact' as contact, c.site_class as "siteClass",
      (select count(*) from devices d
       where d.compound_id = c.compound_id and d.kind = 'camera' and d.removed_at is null) as cameras,
      coalesce((
        select json_agg(json_build_object('class', r.retention_class, 'days', r.days) order by r.retention_class)
        from retention_days r where r.compound_id = c.compound_id), '[]') as retention
    from compounds c
    where c.compound_id = ${compound}`.execute(trx);
  const [notice] = rows;
  if (notice) return notice;
  throw new AnGridError('subject.not-found', { op: 'notice.read', subject: compound });
}
