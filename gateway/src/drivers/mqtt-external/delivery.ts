import { isUtf8 } from 'node:buffer';
import type { FrameHead } from '../../mqtt/frame-reader.js';

/** A PUBLISH of the broker, MQTT 3.1.1 section 3.3 or MQTT 5 section 3.3. */
export interface Delivery {
  readonly topic: string;
  readonly qos: 0 | 1;
  /** Packet id; 0 at QoS 0. */
  readonly id: number;
  readonly retain: boolean;
  readonly payload: Buffer;
  /** Size of the whole packet. */
  readonly bytes: number;
}

export type ProtocolLevel = 4 | 5;

/** Reads a whole PUBLISH; undefined where it is none that a broker may send to a subscriber of QoS 1. */
export function readDelivery(frame: Buffer, head: FrameHead, level: ProtocolLevel): Delivery | undefined {
  const addressed = readAddress(frame, head);
  if (!addressed) return undefined;
  const payloadAt = level === 5 ? propertiesEnd(frame, addressed.end) : addressed.end;
  if (payloadAt === undefined) return undefined;
  const { topic, qos, id } = addressed;
  const retain = (head.flags & 1) !== 0;
  return { topic, qos, id, retain, payload: frame.subarray(payloadAt), bytes: head.size };
}

export interface Address {
  readonly topic: string;
  readonly qos: 0 | 1;
  readonly id: number;
  /** Where the variable header goes on. */
  readonly end: number;
}

/** Topic and packet id, which stand in front; `frame` may be the beginning of a packet. */
export function readAddress(frame: Buffer, { flags, headBytes }: FrameHead): Address | undefined {
  const qos = (flags >> 1) & 3;
  if (qos > 1 || frame.length < headBytes + 2) return undefined;
  const topicEnd = headBytes + 2 + frame.readUInt16BE(headBytes);
  const end = qos === 0 ? topicEnd : topicEnd + 2;
  if (end > frame.length) return undefined;
  const topic = frame.subarray(headBytes + 2, topicEnd);
  const id = qos === 0 ? 0 : frame.readUInt16BE(topicEnd);
  if ((qos === 1 && id === 0) || !isUtf8(topic)) return undefined;
  return { topic: topic.toString('utf8'), qos: qos === 0 ? 0 : 1, id, end };
}

/** PUBACK without a reason: the same four bytes in both versions. */
export function puback(id: number): Buffer {
  return Buffer.from([0x40, 2, id >> 8, id & 0xff]);
}

/** Steps over the properties of MQTT 5: none of them changes what a message means here. */
function propertiesEnd(frame: Buffer, at: number): number | undefined {
  let length = 0;
  for (let index = 0; index < 4; index += 1) {
    const byte = frame[at + index];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 128 ** index;
    if ((byte & 0x80) !== 0) continue;
    const end = at + index + 1 + length;
    return end <= frame.length ? end : undefined;
  }
  return undefined;
}
