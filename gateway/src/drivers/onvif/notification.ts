import { attribute, at, child, type XmlElement } from './soap/xml.js';
import { stripTopic } from './topic.js';

/** One NotificationMessage as text: the body of a reading. Nothing is interpreted, values are as they came. */
export interface Notification {
  /** Without namespace prefixes. */
  readonly topic: string;
  /** As the camera wrote it. */
  readonly topicRaw: string;
  /** By the camera's clock; undefined where it gave none. */
  readonly utcTime?: string;
  /** `Initialized` (state now), `Changed`, `Deleted`; undefined for a plain event. */
  readonly operation?: string;
  readonly source: Readonly<Record<string, string>>;
  readonly key: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
  /** Names of ElementItems (boxes, pictures): their content is not handed over. Left out where there are none. */
  readonly elements?: readonly string[];
}

export function readNotification(element: XmlElement): Notification {
  const topicRaw = child(element, 'Topic')?.text.trim() ?? '';
  const message = at(element, 'Message', 'Message');
  const utcTime = message && attribute(message, 'UtcTime');
  const operation = message && attribute(message, 'PropertyOperation');
  const elements = ['Source', 'Key', 'Data'].flatMap((part) => namesOf(child(message, part), 'ElementItem'));
  return {
    topic: stripTopic(topicRaw),
    topicRaw,
    ...(utcTime === undefined ? {} : { utcTime }),
    ...(operation === undefined ? {} : { operation }),
    source: simpleItems(child(message, 'Source')),
    key: simpleItems(child(message, 'Key')),
    data: simpleItems(child(message, 'Data')),
    ...(elements.length === 0 ? {} : { elements }),
  };
}

/** The reading's body: JSON of the notification, the same bytes for the same notification. */
export function notificationBody(notification: Notification): Buffer {
  return Buffer.from(JSON.stringify(notification), 'utf8');
}

/** Name to value. A name that stands twice keeps both, the later as `Name#2`. */
function simpleItems(list: XmlElement | undefined): Record<string, string> {
  const items = new Map<string, string>();
  for (const item of list?.children ?? []) {
    if (item.name !== 'SimpleItem') continue;
    items.set(freeName(attribute(item, 'Name') ?? '', items), attribute(item, 'Value') ?? '');
  }
  return Object.fromEntries(items);
}

function freeName(name: string, taken: ReadonlyMap<string, string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name}#${count}`;
  return free;
}

function namesOf(list: XmlElement | undefined, kind: string): string[] {
  const items = list?.children.filter((item) => item.name === kind) ?? [];
  return items.map((item) => attribute(item, 'Name') ?? '');
}
