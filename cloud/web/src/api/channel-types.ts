import type { Locale, Localized, Severity } from '@angrid/contract';

export const channelKinds = ['wecom', 'dingtalk', 'feishu', 'webhook', 'email'] as const;
export type ChannelKind = (typeof channelKinds)[number];

export interface ChannelTarget {
  readonly id: string;
  readonly channel: ChannelKind;
  readonly name: string;
  readonly locale: Locale;
  readonly unitPath: string | null;
  readonly duty: string | null;
  readonly shown: string;
  readonly disabledAt: string | null;
  readonly goneAt: string | null;
  readonly blockedUntil: string | null;
  readonly last: { readonly state: string; readonly reason: string | null; readonly at: string } | null;
  readonly waiting: number;
}

export interface TargetDraft {
  readonly channel: ChannelKind;
  readonly name: string;
  readonly locale: Locale;
  readonly unitPath: string | null;
  readonly duty: string | null;
  readonly address: string;
  readonly secrets: readonly string[];
}

export type SendOutcome =
  { readonly state: 'delivered' } | { readonly state: 'refused' | 'gone' | 'waiting'; readonly reason: string };

export const phoneActions = ['acknowledge', 'accept', 'return'] as const;
export type PhoneAction = (typeof phoneActions)[number];

export interface LegPage {
  readonly incident: string;
  readonly kindTitle: Localized;
  readonly severity: Severity;
  readonly exercise: boolean;
  readonly why: Localized;
  readonly openedAt: string;
  readonly compound: string;
  readonly place: string | null;
  readonly unit: readonly string[];
  readonly leg: { readonly role: string; readonly state: string };
  readonly others: readonly { readonly role: string; readonly state: string; readonly channel: string }[];
  readonly actions: readonly PhoneAction[];
  readonly expiresAt: string;
  readonly spent: 'no' | 'here' | 'elsewhere';
}
