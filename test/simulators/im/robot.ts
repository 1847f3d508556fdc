import type { Clock } from '@angrid/runtime';
import { Pace } from './pace.js';

export const imKinds = ['wecom', 'dingtalk', 'feishu'] as const;
export type ImKind = (typeof imKinds)[number];

/** A robot of a group, as its owner has set it up. */
export interface RobotSetup {
  readonly kind: ImKind;
  /** Name of the group. */
  readonly group: string;
  /** `key` of WeCom, `access_token` of DingTalk, the last part of Feishu's path. */
  readonly key: string;
  /** Signing secret; WeCom has none. */
  readonly secret?: string;
  /** One of these must stand in a message. */
  readonly keywords?: readonly string[];
}

export interface Button {
  readonly words: string;
  readonly url: string;
}

/** What a message shows, whatever chat it came by. */
export interface Shown {
  readonly type: string;
  readonly title: string | undefined;
  /** Markdown, or text where `type` is text. */
  readonly body: string;
  readonly colour: string | undefined;
  readonly buttons: readonly Button[];
  readonly foot: string | undefined;
}

export interface ImMessage extends Shown {
  readonly id: number;
  readonly kind: ImKind;
  readonly group: string;
  readonly key: string;
  readonly at: string;
  readonly bytes: number;
}

export interface Incoming {
  readonly url: URL;
  readonly body: Buffer;
  readonly now: number;
}

/** What a robot says to a message: its code, and what it shows where that is zero. */
export type Verdict = { readonly shown: Shown } | { readonly code: number; readonly words: string };

export const refuse = (code: number, words: string): Verdict => ({ code, words });

/** A robot with what it remembers of the last minutes. */
export interface Robot {
  readonly setup: RobotSetup;
  readonly pace: Pace;
}

export function newRobot(setup: RobotSetup): Robot {
  return { setup, pace: new Pace(paces[setup.kind]) };
}

const paces = {
  wecom: { limits: [{ count: 20, perMs: 60_000 }], blockMs: 0 },
  dingtalk: { limits: [{ count: 20, perMs: 60_000 }], blockMs: 600_000 },
  feishu: {
    limits: [
      { count: 100, perMs: 60_000 },
      { count: 5, perMs: 1000 },
    ],
    blockMs: 0,
  },
} as const;

export type WallClock = Pick<Clock, 'wall'>;

/** The body as an object; undefined where it is none. */
export function objectIn(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(body.toString('utf8')));
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Empty where the setup asks for none. */
export function lacksKeyword({ keywords = [] }: RobotSetup, text: string): boolean {
  return keywords.length > 0 && !keywords.some((word) => text.includes(word));
}
