import type { ChannelKind, RobotKind, Waiting, Push } from './channel.js';

interface Limit {
  /** Messages within any `perMs`. */
  readonly count: number;
  readonly perMs: number;
  /** Of these, kept free for severity 1. */
  readonly reserve: number;
}

/** Nine tenths of what each robot takes: 20 a minute, 20 a minute, 100 a minute and 5 a second. */
const robotLimits: Readonly<Record<RobotKind, readonly Limit[]>> = {
  wecom: [{ count: 18, perMs: 60_000, reserve: 4 }],
  dingtalk: [{ count: 18, perMs: 60_000, reserve: 4 }],
  feishu: [
    { count: 90, perMs: 60_000, reserve: 4 },
    { count: 4, perMs: 1000, reserve: 1 },
  ],
};

const LONGEST_MS = 60_000;
/** A robot or a mailbox that has more to be told than this is told it in one card. */
export const SINGLE_AT_MOST = 5;
/** So many lines with their links fit into the smallest card. */
export const DIGEST_AT_MOST = 12;
/** Everybody's reminders go out at the hour and the half-hour, and Feishu refuses then. */
const RUSH_EVERY_MS = 1_800_000;
const RUSH_MS = 15_000;

/** What a target has taken of late; shared by all processes. Times in ms since 1970. */
export interface Pace {
  readonly sentAt: readonly number[];
  readonly blockedUntil: number | undefined;
}

export interface Plan {
  /** Each is one message. */
  readonly sends: readonly (readonly [Push, ...Push[]])[];
  readonly waiting: ReadonlyMap<string, Waiting>;
  /** The pace with these sends. */
  readonly sentAt: readonly number[];
}

/**
 * Which of the pushes go out now. A platform is told each by itself, a mailbox in digests; neither has a limit. A token of
 * a robot comes back one minute after it was taken, so that no minute, wherever it begins, holds more than the limit.
 */
export function planSends(channel: ChannelKind, pushes: readonly Push[], pace: Pace, now: number): Plan {
  const sorted = [...pushes].sort(byUrgency);
  const { blockedUntil = 0 } = pace;
  if (blockedUntil > now)
    return { sends: [], sentAt: pace.sentAt, waiting: waitUntil(sorted, blockedUntil, 'blocked') };
  const urgent = sorted.filter(({ message }) => message.severity === 1);
  const rest = sorted.filter(({ message }) => message.severity !== 1);
  if (!isRobot(channel)) {
    const others = channel === 'email' ? inMessages(rest) : oneByOne(rest);
    return { sends: [...oneByOne(urgent), ...others], waiting: new Map(), sentAt: [] };
  }
  const budget = new Budget(robotLimits[channel], pace.sentAt, now);
  const first = budget.spend(oneByOne(urgent), { urgent: true });
  const rush = channel === 'feishu' ? endOfRush(now) : undefined;
  if (rush !== undefined) return budget.plan(first.sends, first.waiting, waitUntil(rest, rush, 'rush'));
  const second = budget.spend(inMessages(rest), { urgent: false });
  return budget.plan([...first.sends, ...second.sends], first.waiting, second.waiting);
}

type Message = readonly [Push, ...Push[]];

class Budget {
  private readonly sentAt: number[];

  constructor(
    private readonly limits: readonly Limit[],
    sentAt: readonly number[],
    private readonly now: number,
  ) {
    this.sentAt = sentAt.filter((at) => at > now - LONGEST_MS && at <= now).sort((a, b) => a - b);
  }

  spend(messages: readonly Message[], { urgent }: { readonly urgent: boolean }) {
    const free = Math.min(...this.limits.map((limit) => this.allowed(limit, urgent) - this.within(limit)));
    const sends = messages.slice(0, Math.max(0, free));
    this.sentAt.push(...sends.map(() => this.now));
    const left = messages.slice(sends.length).flat();
    return { sends, waiting: waitUntil(left, this.nextFree(urgent), 'rate') };
  }

  plan(sends: readonly Message[], ...waiting: readonly ReadonlyMap<string, Waiting>[]): Plan {
    return { sends, waiting: new Map(waiting.flatMap((each) => [...each])), sentAt: this.sentAt };
  }

  private nextFree(urgent: boolean): number {
    const times = this.limits.map((limit) => {
      const inTheWay = this.sentAt.at(-this.allowed(limit, urgent));
      return inTheWay === undefined ? this.now : inTheWay + limit.perMs;
    });
    return Math.max(...times);
  }

  private allowed({ count, reserve }: Limit, urgent: boolean): number {
    return urgent ? count : count - reserve;
  }

  private within({ perMs }: Limit): number {
    return this.sentAt.filter((at) => at > this.now - perMs).length;
  }
}

function oneByOne(pushes: readonly Push[]): readonly Message[] {
  return pushes.map((push) => [push]);
}

/** One by one, or in digests where that is too much. */
function inMessages(pushes: readonly Push[]): readonly Message[] {
  const messages: Message[] = [];
  let left = pushes;
  while (left.length > SINGLE_AT_MOST) {
    messages.push(left.slice(0, DIGEST_AT_MOST) as unknown as Message);
    left = left.slice(DIGEST_AT_MOST);
  }
  return [...messages, ...oneByOne(left)];
}

function waitUntil(pushes: readonly Push[], until: number, reason: string): ReadonlyMap<string, Waiting> {
  return new Map(pushes.map(({ key }) => [key, { state: 'waiting', until: new Date(until), reason }]));
}

function endOfRush(now: number): number | undefined {
  const since = now % RUSH_EVERY_MS;
  return since < RUSH_MS ? now - since + RUSH_MS : undefined;
}

function isRobot(channel: ChannelKind): channel is RobotKind {
  return channel in robotLimits;
}

function byUrgency(a: Push, b: Push): number {
  return a.message.severity - b.message.severity || a.message.openedAt.getTime() - b.message.openedAt.getTime();
}
