import type { Notification, PropertyOperation, SimpleItems } from './notification.js';

/** What happened, before it gets its time. */
export interface Occurrence {
  readonly topic: string;
  readonly source: SimpleItems;
  readonly data: SimpleItems;
  /** Left out for an event that is not a property. */
  readonly operation?: PropertyOperation | undefined;
}

/** The properties of the camera and all who listen to its events. */
export class EventSource {
  private readonly properties = new Map<string, Occurrence>();
  private readonly listeners = new Set<(notification: Notification) => void>();

  constructor(private readonly now: () => number) {}

  listen(listener: (notification: Notification) => void): void {
    this.listeners.add(listener);
  }

  /** Forgets all properties. */
  clear(): void {
    this.properties.clear();
  }

  /** Puts a property into its first state without telling anybody. */
  initialise(property: Occurrence): void {
    this.properties.set(keyOf(property), property);
  }

  /** Sends `Changed` if the property has another value than before. */
  set(property: Occurrence): void {
    const known = this.properties.get(keyOf(property));
    if (known && JSON.stringify(known.data) === JSON.stringify(property.data)) return;
    this.emit({ ...property, operation: 'Changed' });
  }

  /** Sends an event as it is, and remembers or forgets the property it speaks of. */
  emit(occurrence: Occurrence): void {
    if (occurrence.operation === 'Deleted') this.properties.delete(keyOf(occurrence));
    else if (occurrence.operation !== undefined) this.properties.set(keyOf(occurrence), occurrence);
    const notification = { ...occurrence, utcTime: this.now(), operation: occurrence.operation };
    for (const listener of this.listeners) listener(notification);
  }

  /** The present state of all properties, as a synchronisation point gives it. */
  snapshot(): Notification[] {
    const utcTime = this.now();
    return [...this.properties.values()].map((property) => ({ ...property, utcTime, operation: 'Initialized' }));
  }
}

function keyOf(occurrence: Occurrence): string {
  return JSON.stringify([occurrence.topic, occurrence.source]);
}
