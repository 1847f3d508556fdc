import type { Localized } from '@angrid/contract';
import type { ColumnType } from 'kysely';
import type { ChannelKind, Outcome } from './channels/channel.js';
import type { Instant, MaybeInstant } from './schema-columns.js';

export interface ChannelTargetsTable {
  target_id: string;
  channel: ChannelKind;
  name: string;
  locale: keyof Localized;
  unit_path: string | null;
  duty: string | null;
  shown: string;
  sealed: Buffer;
  sent_at: ColumnType<number[], string | undefined, string>;
  blocked_until: MaybeInstant;
  last_state: Outcome['state'] | null;
  last_reason: string | null;
  last_at: MaybeInstant;
  gone_at: MaybeInstant;
  disabled_at: MaybeInstant;
  created_at: Instant;
}

export interface LegLinksTable {
  link_hash: string;
  leg_id: string;
  compound_id: string;
  target_id: string;
  created_at: Instant;
  expires_at: Instant;
  holder_hash: string | null;
  spent_at: MaybeInstant;
}
