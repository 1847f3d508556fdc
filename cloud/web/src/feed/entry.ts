import type { Alert, Door, Gateway, Incident } from '../api/types.js';
import type { SseMessage } from './sse-parser.js';

interface Shapes {
  readonly incident: Incident;
  readonly alert: Alert;
  readonly gateway: Gateway;
  readonly device: Door;
}

export type FeedTopic = keyof Shapes;

/** One line of the feed. A body may be left out: then it says only that the subject has changed. */
export type FeedEntry = {
  [Topic in FeedTopic]: {
    readonly topic: Topic;
    readonly position: number;
    readonly subject: string;
    readonly compound: string;
    readonly at: string;
    readonly body: Shapes[Topic] | null;
  };
}[FeedTopic];

/** What a body of the topic must have to be shown. */
const marks = { incident: 'alerts', alert: 'kindTitle', gateway: 'status', device: 'door' } as const satisfies Record<
  FeedTopic,
  string
>;

const isTopic = (value: string): value is FeedTopic => Object.hasOwn(marks, value);

/** undefined for what this console does not know: a newer cloud may say more. */
export function decodeEntry({ event, data, id }: SseMessage): FeedEntry | undefined {
  const position = Number(id);
  const said = parseObject(data);
  if (!isTopic(event) || !said || id === '' || !Number.isSafeInteger(position)) return undefined;
  const { subject, compound, at } = said;
  if (typeof subject !== 'string') return undefined;
  return {
    topic: event,
    position,
    subject,
    compound: typeof compound === 'string' ? compound : '',
    at: typeof at === 'string' ? at : '',
    body: bodyOf(said['payload'], marks[event]),
  } as FeedEntry;
}

export interface Hello {
  readonly position: number;
  readonly serverTime: string;
}

export function decodeHello(data: string): Hello | undefined {
  const said = parseObject(data);
  if (!said) return undefined;
  const { position, serverTime } = said;
  if (typeof position !== 'number' || typeof serverTime !== 'string') return undefined;
  return { position, serverTime };
}

function bodyOf(payload: unknown, mark: string): object | null {
  return typeof payload === 'object' && payload !== null && mark in payload ? payload : null;
}

function parseObject(data: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
