const VERSION = 2;
const FIXED_HEADER = 12;

/** The payload of an RTP packet of this payload type (RFC 3550 5.1); undefined for anything else. */
export function rtpPayload(packet: Buffer, payloadType: number): Buffer | undefined {
  const first = packet[0] ?? 0;
  const fits = packet.length >= FIXED_HEADER && first >> 6 === VERSION && ((packet[1] ?? 0) & 0x7f) === payloadType;
  if (!fits) return undefined;
  let start = FIXED_HEADER + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0 && start + 4 <= packet.length) start += 4 + packet.readUInt16BE(start + 2) * 4;
  const padding = (first & 0x20) !== 0 ? (packet.at(-1) ?? 0) : 0;
  return packet.subarray(start, packet.length - padding);
}
