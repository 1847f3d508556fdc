import { hash } from 'node:crypto';
import { attribute, at, child, type XmlElement } from './soap/xml.js';
import { dateTimeMs } from './termination.js';
import { stripTopic } from './topic.js';

type Items = Readonly<Record<string, string>>;

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
  readonly source: Items;
  readonly key: Items;
  readonly data: Items;
  /** Names of ElementItems (boxes, pictures): their content is not handed over. Left out where there are none. */
  readonly elements?: readonly string[];
  /** Names of items about a person (a face, a plate, an age): their values are not handed over. */
  readonly withheld?: readonly string[];
  /** The same for the same notification, whichever way it comes; undefined without a time of the camera. */
  readonly id?: string;
}

/** What a reading is made of. */
export interface Notified {
  readonly topic: string;
  readonly body: Buffer;
}

/** A NotificationMessage element, ready to become a reading. */
export function notified(element: XmlElement): Notified {
  const notification = readNotification(element);
  return { topic: notification.topic, body: notificationBody(notification) };
}

export function readNotification(element: XmlElement): Notification {
  const message = at(element, 'Message', 'Message');
  const [source, key, data] = [child(message, 'Source'), child(message, 'Key'), child(message, 'Data')];
  return composeNotification({
    topicRaw: child(element, 'Topic')?.text.trim() ?? '',
    utcTime: message && attribute(message, 'UtcTime'),
    operation: message && attribute(message, 'PropertyOperation'),
    source: simpleItems(source),
    key: simpleItems(key),
    data: simpleItems(data),
    elements: [source, key, data].flatMap(elementNames),
  });
}

/** What a camera said, in whichever form. */
export interface Said {
  readonly topicRaw: string;
  readonly utcTime: string | undefined;
  readonly operation: string | undefined;
  readonly source: Items;
  readonly key: Items;
  readonly data: Items;
  readonly elements: readonly string[];
}

export function composeNotification(said: Said): Notification {
  const { topicRaw, utcTime, operation, elements } = said;
  const topic = stripTopic(topicRaw);
  const withheld: string[] = [];
  const [source, key, data] = [said.source, said.key, said.data].map((items) => impersonal(items, withheld)) as [
    Items,
    Items,
    Items,
  ];
  const id = identityOf(topic, said);
  return {
    topic,
    topicRaw,
    ...(utcTime === undefined ? {} : { utcTime }),
    ...(operation === undefined ? {} : { operation }),
    source,
    key,
    data,
    ...(elements.length === 0 ? {} : { elements }),
    ...(withheld.length === 0 ? {} : { withheld }),
    ...(id === undefined ? {} : { id }),
  };
}

/** The reading's body: JSON of the notification, the same bytes for the same notification. */
export function notificationBody(notification: Notification): Buffer {
  return Buffer.from(JSON.stringify(notification), 'utf8');
}

const PERSONAL =
  /(?<!rule|module)name$|(?<!inter)face|plate|licen[cs]e|^label$|gender|^sex$|^age|birth|nation|phone|mobile|^tel|glasses|beard|hair|cloth|^person_?(?:id|uuid|info)|enroll|similar|likelihood|^score$|image|photo|picture|uri$|^vehicleinfo|id_?card/i;
const TRUTH = /^(?:true|false|[01])$/i;

/** Without what is about a person. Whether there is a face is no such thing, whose it is would be. */
function impersonal(items: Items, withheld: string[]): Items {
  const before = withheld.length;
  for (const name in items) if (isPersonal(name) && !TRUTH.test(items[name] ?? '')) withheld.push(name);
  if (withheld.length === before) return items;
  return Object.fromEntries(Object.entries(items).filter(([name]) => !withheld.includes(name, before)));
}

/** Cameras use a few names again and again. */
const judged = new Map<string, boolean>();
const MOST_JUDGED = 500;

function isPersonal(name: string): boolean {
  let personal = judged.get(name);
  if (personal !== undefined) return personal;
  personal = PERSONAL.test(name);
  if (judged.size >= MOST_JUDGED) judged.clear();
  judged.set(name, personal);
  return personal;
}

const ID_LENGTH = 32;

/** Of topic, time and values; not of the operation, which events over MQTT do not carry. */
function identityOf(topic: string, { utcTime, source, key, data }: Said): string | undefined {
  const time = dateTimeMs(utcTime);
  if (time === undefined) return undefined;
  return hash('sha256', `${topic}\n${time}${lines(source)}${lines(key)}${lines(data)}`, 'hex').slice(0, ID_LENGTH);
}

function lines(items: Items): string {
  let text = '\n';
  for (const name of Object.keys(items).sort()) text += `\n${name}=${plainTruth(items[name] ?? '')}`;
  return text;
}

/** JSON says true where XML may say 1. */
function plainTruth(value: string): string {
  if (value === 'true') return '1';
  return value === 'false' ? '0' : value;
}

/** Name to value. A name that stands twice keeps both, the later as `Name#2`. */
function simpleItems(list: XmlElement | undefined): Items {
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

function elementNames(list: XmlElement | undefined): string[] {
  const items = list?.children.filter((item) => item.name === 'ElementItem') ?? [];
  return items.map((item) => attribute(item, 'Name') ?? '');
}
