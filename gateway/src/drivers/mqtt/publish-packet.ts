import type { FrameHead } from '../../mqtt/frame-reader.js';

/** A PUBLISH of a panel, MQTT 3.1.1, section 3.3. */
export interface Published {
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  /** Packet id; 0 at QoS 0. */
  readonly id: number;
  readonly retain: boolean;
  readonly payload: Buffer;
  /** What it counts for in the allowance of the panel. */
  readonly bytes: number;
}

/** Reads a packet that `checkFrame` found well-formed. The payload is a part of the frame's memory. */
export function readPublish(frame: Buffer, { flags, headBytes, size }: FrameHead): Published {
  const topicEnd = headBytes + 2 + frame.readUInt16BE(headBytes);
  const qos = ((flags >> 1) & 3) as 0 | 1 | 2;
  return {
    topic: frame.toString('utf8', headBytes + 2, topicEnd),
    qos,
    id: qos === 0 ? 0 : frame.readUInt16BE(topicEnd),
    retain: (flags & 1) !== 0,
    payload: frame.subarray(qos === 0 ? topicEnd : topicEnd + 2),
    bytes: size - headBytes,
  };
}

const PUBLISH = 0x30;

/** A PUBLISH at QoS 0 to a panel. */
export function publishPacket(topic: string, payload: string): Buffer {
  const topicBytes = Buffer.byteLength(topic);
  const size = 2 + topicBytes + Buffer.byteLength(payload);
  const length = remainingLength(size);
  const packet = Buffer.allocUnsafe(1 + length.length + size);
  packet[0] = PUBLISH;
  packet.set(length, 1);
  const start = 1 + length.length;
  packet.writeUInt16BE(topicBytes, start);
  packet.write(topic, start + 2);
  packet.write(payload, start + 2 + topicBytes);
  return packet;
}

/** MQTT 3.1.1, section 2.2.3. */
function remainingLength(size: number): number[] {
  const bytes: number[] = [];
  for (let rest = size; ; rest >>= 7) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** PUBACK, PUBREC and PUBCOMP: what the broker answers to a packet id. */
export const Acknowledgement = { puback: 0x40, pubrec: 0x50, pubcomp: 0x70 } as const;

export function acknowledge(first: (typeof Acknowledgement)[keyof typeof Acknowledgement], id: number): Buffer {
  return Buffer.from([first, 2, id >> 8, id & 0xff]);
}
