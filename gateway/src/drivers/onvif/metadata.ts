import { notified, type Notified } from './notification.js';
import { childrenOf, readXml, XmlRefused } from './soap/xml.js';

/** A document is at most this large; a larger one is left out. */
export const MAX_DOCUMENT_BYTES = 256 * 1024;

export interface MetadataReaderOptions {
  /** A notification in the same form as from a pull point: one that comes both ways has the same `id` in its body. */
  onNotification(notification: Notified): void;
  /** Told of each document that is left out. */
  onDropped?(reason: 'metadata-too-large' | 'metadata-malformed'): void;
}

export interface MetadataReader {
  feed(chunk: Uint8Array): void;
}

const CLOSING = Buffer.from('MetadataStream>');
const OPENING = /<(?:[A-Za-z_][\w.-]*:)?MetadataStream[\s>]/g;
const EVENTS = Buffer.from('NotificationMessage');

/**
 * Cuts the MetadataStream documents (ONVIF Streaming 5.1.2.2) out of the bytes of a metadata track, one behind the
 * other, and hands on the notifications that are in them. Frames of video analytics are skipped unread. A document
 * that lost its end takes no other with it.
 */
export function metadataReader({ onNotification, onDropped }: MetadataReaderOptions): MetadataReader {
  let held: Buffer = Buffer.alloc(0);
  let searched = 0;
  let skipping = false;

  const read = (document: Buffer): void => {
    if (!document.includes(EVENTS)) return;
    try {
      for (const notification of notificationsIn(document)) onNotification(notification);
    } catch (error) {
      if (!(error instanceof XmlRefused)) throw error;
      onDropped?.('metadata-malformed');
    }
  };
  const hold = (rest: Buffer): void => {
    const tooLarge = rest.length > MAX_DOCUMENT_BYTES;
    if (tooLarge && !skipping) onDropped?.('metadata-too-large');
    skipping ||= tooLarge;
    held = skipping ? Buffer.from(rest.subarray(-CLOSING.length)) : rest;
    searched = Math.max(0, held.length - CLOSING.length);
  };

  return {
    feed(chunk) {
      let data = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
      for (let end = endOf(data, searched); end !== -1; end = endOf(data, 0)) {
        if (!skipping && end <= MAX_DOCUMENT_BYTES) read(data.subarray(0, end));
        else if (!skipping) onDropped?.('metadata-too-large');
        skipping = false;
        data = data.subarray(end);
      }
      hold(data);
    },
  };
}

/** Behind the first closing tag of a document; -1 where there is none. */
function endOf(data: Buffer, from: number): number {
  for (let at = data.indexOf(CLOSING, from); at !== -1; at = data.indexOf(CLOSING, at + 1)) {
    if (isClosing(data, at)) return at + CLOSING.length;
  }
  return -1;
}

const LONGEST_PREFIX = 32;

/** `</tt:MetadataStream>` or `</MetadataStream>`. */
function isClosing(data: Buffer, at: number): boolean {
  const before = data.subarray(Math.max(0, at - LONGEST_PREFIX), at).toString('latin1');
  return /<\/(?:[A-Za-z_][\w.-]*:)?$/.test(before);
}

function notificationsIn(document: Buffer): Notified[] {
  const text = document.toString('utf8');
  const start = [...text.matchAll(OPENING)].at(-1)?.index ?? 0;
  const stream = readXml(text.slice(start));
  const events = childrenOf(stream, 'Event').flatMap((event) => childrenOf(event, 'NotificationMessage'));
  return events.map(notified);
}
