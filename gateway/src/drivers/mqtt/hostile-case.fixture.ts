import { PASSWORD } from './broker.fixture.js';
import { publish } from './packets.fixture.js';
import type { CloseReason } from './reasons.js';

/** One thing that a broken or hostile client sends, and what must come of it. */
export interface Hostile {
  readonly what: string;
  /** As the first bytes of a connection, or from panel A once it is logged in. */
  readonly at: 'first' | 'later';
  readonly bytes: Buffer;
  /** Why the connection ends; `stays` where it goes on unharmed. */
  readonly ends: CloseReason | 'stays';
  /** Messages of panel A that are rightly taken from it; none unless given. */
  readonly taken?: number;
  /** A counter that goes up by one, beside the reason of the end. */
  readonly counts?: string;
  /** What the client does behind its bytes: nothing, a FIN or an RST. */
  readonly then?: 'fin' | 'reset';
}

/** Bounds that the cases are made for. */
export const hostileLimits = {
  topicBytes: 128,
  topicLevels: 8,
  packetBytes: 4096,
  controlBytes: 2048,
  connectBytes: 1024,
};

export const TOPIC = 'panel/A/rec';
export const login = { clientId: 'A', username: 'A', password: PASSWORD };
export const bytes = (...values: number[]): Buffer => Buffer.from(values);
export const join = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts);
export const good = publish({ topic: TOPIC, id: 9 });

export type Made = Omit<Hostile, 'at'>;
export const first = (cases: readonly Made[]): Hostile[] => cases.map((one) => ({ ...one, at: 'first' }));
export const later = (cases: readonly Made[]): Hostile[] => cases.map((one) => ({ ...one, at: 'later' }));

/** Topics that are not panel A's. */
export const foreign = [
  'panel/B/rec',
  'panel/b/rec',
  'panel',
  'Panel/A/rec',
  '/panel/A/rec',
  'panel//rec',
  'panel/AA/rec',
  'panel/A /rec',
  '$SYS/broker/uptime',
  '$share/g/panel/A/rec',
  '$dollar',
  'panel/\uFFFD/rec',
];
