import type { Accepted, Reading, ReadingSink } from '../driver.js';
import { composeNotification, notificationBody, type Notified } from './notification.js';

/** Behind the prefix that is set at the camera (AddEventBroker), which is its own id. */
export const EVENTS = '/onvif-ej/';
export const METADATA = '/onvif-mj/';

/** Stands in front of the values of the source, behind the topic of the event. */
const SOURCE_MARK = '/&';

export interface OverMqttOptions {
  readonly sink: ReadingSink;
  /** True for a device that is paired with the twin of an ONVIF profile. */
  isCamera(device: string): boolean;
  /** Told of what is left out. */
  onDropped(reason: string): void;
}

/** Hands a camera's MQTT messages on in the form in which its pull point would give them; all others as they are. */
export function overMqtt({ sink, isCamera, onDropped }: OverMqttOptions): ReadingSink {
  return {
    async accept(reading: Reading): Promise<Accepted> {
      if (!isCamera(reading.deviceId)) return sink.accept(reading);
      if (reading.topic.includes(METADATA)) {
        onDropped('onvif-metadata');
        return { answer: undefined };
      }
      const notification = readMessage(reading.topic, reading.body);
      return sink.accept(notification === undefined ? reading : { ...reading, protocol: 'onvif', ...notification });
    },
  };
}

/** Undefined for what is no event of ONVIF over MQTT. */
export function readMessage(topic: string, body: Buffer): Notified | undefined {
  const start = topic.indexOf(EVENTS);
  const message = objectOf(parsed(body));
  if (start === -1 || message === undefined) return undefined;
  const [topicRaw = ''] = topic.slice(start + EVENTS.length).split(SOURCE_MARK);
  const elements: string[] = [];
  const items = (name: string) => itemsOf(message[name], elements);
  const notification = composeNotification({
    topicRaw,
    utcTime: textOf(message['UtcTime']),
    operation: textOf(message['PropertyOperation']),
    source: items('Source'),
    key: items('Key'),
    data: items('Data'),
    elements,
  });
  return { topic: notification.topic, body: notificationBody(notification) };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** Simple items as texts; what has a structure is only named, as in XML. */
function itemsOf(list: unknown, elements: string[]): Record<string, string> {
  const items: [string, string][] = [];
  for (const [name, value] of Object.entries(objectOf(list) ?? {})) {
    const text = textOf(value);
    if (text === undefined) elements.push(name);
    else items.push([name, text]);
  }
  return Object.fromEntries(items);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
}

/** A list of words is one text, as it is in XML. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value.join(' ');
  return undefined;
}
