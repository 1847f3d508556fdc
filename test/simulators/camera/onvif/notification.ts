import { dateTime } from './time.js';
import { type Markup, xml } from './xml.js';

export type PropertyOperation = 'Initialized' | 'Changed' | 'Deleted';

export type SimpleItems = Readonly<Record<string, string | number | boolean>>;

/** One event of the camera (wsnt:NotificationMessage with a tt:Message, ONVIF Core 9.5). */
export interface Notification {
  /** With prefix, as `tns1:VideoSource/MotionAlarm`. */
  readonly topic: string;
  /** Camera clock, milliseconds since 1970. */
  readonly utcTime: number;
  /** Absent for an event that is not a property. */
  readonly operation: PropertyOperation | undefined;
  readonly source: SimpleItems;
  readonly data: SimpleItems;
}

const DIALECT = 'http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet';

export function notificationXml(notification: Notification): Markup {
  const { topic, utcTime, operation, source, data } = notification;
  const property = operation === undefined ? xml`` : xml` PropertyOperation="${operation}"`;
  return xml`
    <wsnt:NotificationMessage>
      <wsnt:Topic Dialect="${DIALECT}">${topic}</wsnt:Topic>
      <wsnt:Message>
        <tt:Message UtcTime="${dateTime(utcTime)}" ${property}>
          <tt:Source>${items(source)}</tt:Source>
          <tt:Data>${items(data)}</tt:Data>
        </tt:Message>
      </wsnt:Message>
    </wsnt:NotificationMessage>`;
}

function items(values: SimpleItems): Markup[] {
  return Object.entries(values).map(([name, value]) => xml`<tt:SimpleItem Name="${name}" Value="${value}"/>`);
}

/** Whether a topic passes a ConcreteSet filter: topics joined by `|`, each of which may end in `//.` for its subtree. */
export function passesFilter(topic: string, filter: string | undefined): boolean {
  if (filter === undefined || filter === '') return true;
  return filter
    .split('|')
    .map((one) => one.trim())
    .some((one) => topic === one || (one.endsWith('//.') && `${topic}/`.startsWith(`${one.slice(0, -3)}/`)));
}
