import { isUtf8 } from 'node:buffer';
import type { FrameHead } from '../../mqtt/frame-reader.js';
import { hasWholeWildcards } from '../../mqtt/topics.js';
import type { FrameFault } from './reasons.js';

/**
 * Control packet types of MQTT 3.1.1, section 2.2.1, that a panel has cause to send. PUBREC and PUBCOMP are not among
 * them: the gateway sends nothing at QoS 2.
 */
export const PacketType = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrel: 6,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const;

export interface TopicBounds {
  readonly topicBytes: number;
  readonly topicLevels: number;
}

const SLASH = 0x2f;
const PLUS = 0x2b;
const HASH = 0x23;

/**
 * Checks a whole packet of a client against MQTT 3.1.1 (and 3.1 for CONNECT), so that only well-formed packets reach
 * the broker. Order among packets is the caller's affair.
 */
export function checkFrame(frame: Buffer, head: FrameHead, bounds: TopicBounds): FrameFault | undefined {
  const flagsFault = checkFlags(head);
  if (flagsFault) return flagsFault;
  const body = frame.subarray(head.headBytes);
  switch (head.type) {
    case PacketType.connect:
      return checkConnect(body);
    case PacketType.publish:
      return checkPublish(body, (head.flags >> 1) & 3, bounds);
    case PacketType.puback:
    case PacketType.pubrel:
      return body.length === 2 && body.readUInt16BE(0) !== 0 ? undefined : 'malformed-acknowledgement';
    case PacketType.subscribe:
      return checkFilters(body, 1, bounds);
    case PacketType.unsubscribe:
      return checkFilters(body, 0, bounds);
    case PacketType.pingreq:
    case PacketType.disconnect:
      return body.length === 0 ? undefined : 'malformed-control';
    default:
      return 'unexpected-packet';
  }
}

function checkFlags({ type, flags }: FrameHead): FrameFault | undefined {
  if (type === PacketType.publish) {
    const qos = (flags >> 1) & 3;
    const duplicate = (flags & 8) !== 0;
    return qos === 3 || (qos === 0 && duplicate) ? 'malformed-flags' : undefined;
  }
  const reserved =
    type === PacketType.pubrel || type === PacketType.subscribe || type === PacketType.unsubscribe ? 2 : 0;
  return flags === reserved ? undefined : 'malformed-flags';
}

/** Section 3.1. Also says which protocol versions are spoken: 3 (`MQIsdp`) and 4 (`MQTT`). */
function checkConnect(body: Buffer): FrameFault | undefined {
  const fields = new Fields(body);
  const protocol = fields.text();
  const level = fields.byte();
  const flags = fields.byte();
  const keepAlive = fields.number();
  if (protocol === undefined || level === undefined) return 'malformed-connect';
  if (protocol !== 'MQTT' && protocol !== 'MQIsdp') return 'malformed-connect';
  if (level !== (protocol === 'MQTT' ? 4 : 3)) return 'protocol-version';
  if (flags === undefined || keepAlive === undefined || !connectFlagsAllowed(flags)) return 'malformed-connect';
  if (fields.text() === undefined) return 'malformed-connect';
  const will = (flags & 0x04) !== 0;
  if (will && !(fields.text() && fields.bytes() !== undefined)) return 'malformed-connect';
  if ((flags & 0x80) !== 0 && fields.text() === undefined) return 'malformed-connect';
  if ((flags & 0x40) !== 0 && fields.bytes() === undefined) return 'malformed-connect';
  return fields.atEnd ? undefined : 'malformed-connect';
}

/** Reserved bit clear; will QoS and retain only with a will, QoS at most 2; a password only with a user name. */
function connectFlagsAllowed(flags: number): boolean {
  if ((flags & 0x01) !== 0) return false;
  const will = (flags & 0x04) !== 0;
  if (!will && (flags & 0x38) !== 0) return false;
  if (((flags >> 3) & 3) === 3) return false;
  return (flags & 0x40) === 0 || (flags & 0x80) !== 0;
}

/** Section 3.3: a topic without wildcards within the bounds, and a packet id other than 0 where the QoS asks for one. */
function checkPublish(body: Buffer, qos: number, bounds: TopicBounds): FrameFault | undefined {
  if (body.length < 2) return 'malformed-publish';
  const end = 2 + body.readUInt16BE(0);
  if (end > body.length || end === 2) return 'malformed-publish';
  if (end - 2 > bounds.topicBytes) return 'topic-too-long';
  let levels = 1;
  let ascii = true;
  for (let index = 2; index < end; index += 1) {
    const byte = body[index] as number;
    if (byte === PLUS || byte === HASH || byte === 0) return 'malformed-publish';
    if (byte === SLASH) levels += 1;
    if (byte >= 0x80) ascii = false;
  }
  if (levels > bounds.topicLevels) return 'topic-too-long';
  if (!ascii && !isUtf8(body.subarray(2, end))) return 'malformed-publish';
  if (qos === 0) return undefined;
  return end + 2 <= body.length && body.readUInt16BE(end) !== 0 ? undefined : 'malformed-publish';
}

/** Sections 3.8 and 3.10: a packet id and one filter or more, each followed by `options` bytes of requested QoS. */
function checkFilters(body: Buffer, options: 0 | 1, { topicLevels }: TopicBounds): FrameFault | undefined {
  const fields = new Fields(body);
  if (!fields.number() || fields.atEnd) return 'malformed-subscribe';
  while (!fields.atEnd) {
    const filter = fields.text();
    if (!filter) return 'malformed-subscribe';
    const levels = filter.split('/');
    if (levels.length > topicLevels) return 'topic-too-long';
    if (!hasWholeWildcards(levels)) return 'malformed-subscribe';
    if (options === 1 && (fields.byte() ?? 3) > 2) return 'malformed-subscribe';
  }
  return undefined;
}

/** Reads fields one after the other; undefined where the packet ends too early or a text is not one. */
class Fields {
  private at = 0;

  constructor(private readonly body: Buffer) {}

  get atEnd(): boolean {
    return this.at === this.body.length;
  }

  byte(): number | undefined {
    const value = this.body[this.at];
    if (value !== undefined) this.at += 1;
    return value;
  }

  number(): number | undefined {
    if (this.at + 2 > this.body.length) return undefined;
    this.at += 2;
    return this.body.readUInt16BE(this.at - 2);
  }

  bytes(): Buffer | undefined {
    const length = this.number();
    if (length === undefined || this.at + length > this.body.length) return undefined;
    this.at += length;
    return this.body.subarray(this.at - length, this.at);
  }

  /** Well-formed UTF-8 without U+0000. */
  text(): string | undefined {
    const bytes = this.bytes();
    return bytes && isUtf8(bytes) && !bytes.includes(0) ? bytes.toString('utf8') : undefined;
  }
}
