import type { Localized, Severity } from '@angrid/contract';
import type { Secret } from '@angrid/runtime';
import type { IncidentState } from '../schema.js';

/** Chat robots of a group. */
export const robotKinds = ['wecom', 'dingtalk', 'feishu'] as const;
export type RobotKind = (typeof robotKinds)[number];

/** Ways out of the house; a leg on the console needs none. */
export const channelKinds = [...robotKinds, 'webhook', 'email'] as const;
export type ChannelKind = (typeof channelKinds)[number];

/** What one push tells: what, where and since when. Never a picture and never a person. */
export interface LegMessage {
  readonly incident: string;
  /** A name such as `door.forced`. */
  readonly kind: string;
  readonly kindTitle: Localized;
  readonly severity: Severity;
  /** How far it has come when it is told. */
  readonly state: IncidentState;
  readonly exercise: boolean;
  readonly why: Localized;
  readonly confirmedBy: 'two-sources' | 'person' | null;
  readonly openedAt: Date;
  readonly compound: { readonly id: string; readonly name: string };
  readonly place: string | null;
  readonly unit: { readonly path: string; readonly names: readonly string[] } | null;
  /** Fields of the receiving platform's own form. Told to webhooks only. */
  readonly form?: Readonly<Record<string, unknown>>;
}

/** A leg that waits to be told to its target. */
export interface Push {
  /** The leg's id: the same at each attempt, so that a receiver knows a repeated one. */
  readonly key: string;
  readonly message: LegMessage;
  /** Attempts before this one. */
  readonly attempts: number;
}

/** One message as a channel shows it. */
export interface Card {
  readonly push: Push;
  /** Phone page on which the addressee answers this leg. Webhooks get none. */
  readonly link: string | undefined;
}

/** Where pushes go, as an administrator has set it up. */
export interface Target {
  readonly id: string;
  readonly channel: ChannelKind;
  readonly name: string;
  readonly locale: keyof Localized;
  /** A robot's or webhook's URL (it holds the robot's key), or `mailto:`. */
  readonly address: Secret;
  /** Signing secrets, the newest first: more than one while a secret is changed. */
  readonly secrets: readonly Secret[];
}

/** What the receiver said. */
export interface Receipt {
  /** HTTP status, or the reply code of a mail server. */
  readonly status: number;
  /** At most the first 1000 characters. */
  readonly text: string;
}

export type Outcome =
  | { readonly state: 'delivered'; readonly receipt: Receipt }
  /** `never`: the same message would be refused again. `notBefore`: the receiver says when it listens again. */
  | {
      readonly state: 'refused';
      readonly retry: 'later' | 'never';
      readonly reason: string;
      readonly receipt?: Receipt;
      readonly notBefore?: Date;
    }
  /** The receiver wants no more, or is no more. */
  | { readonly state: 'gone'; readonly reason: string; readonly receipt?: Receipt };

/** Not tried yet: the target takes nothing before `until`. Counts as no attempt. */
export interface Waiting {
  readonly state: 'waiting';
  readonly until: Date;
  readonly reason: string;
}

/** One way out. `send` never throws for what a receiver says or does. */
export interface Channel {
  readonly kind: ChannelKind;
  /** Several cards are one message: a digest. */
  send(cards: readonly [Card, ...Card[]], target: Target, at: Date): Promise<Outcome>;
}

/**
 * What takes pushes out of the house. Several processes may hand over pushes for one target: its limits hold for all
 * of them together. Whoever calls has claimed the legs, and books each leg's outcome.
 */
export interface Courier {
  /**
   * Tries what waits for one target, the most severe first, as far as its limits allow; where more wait than a robot
   * should say one by one, they become a digest. An outcome for each push, by its key.
   */
  deliver(target: string, pushes: readonly Push[]): Promise<ReadonlyMap<string, Outcome | Waiting>>;
}
