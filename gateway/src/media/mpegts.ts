/** A picture of a segment: when it arrived and where it lies in the bytes. */
export interface IndexedPicture {
  /** Wall milliseconds. */
  readonly atMs: number;
  /** Offset of its first packet; it ends where the next picture starts. */
  readonly offset: number;
}

export interface SegmentIndex {
  readonly pictures: readonly IndexedPicture[];
  readonly codec: 'h264' | 'hevc' | 'unknown';
}

const PACKET = 188;
const SYNC = 0x47;
const NO_PID = -1;
/** The time stamps of MPEG-TS are 33 bits of a 90 kHz clock: they start again each 26.5 hours. */
const WRAP_MS = 2 ** 33 / 90;
/** ISO/IEC 13818-1 table 2-34. */
const CODECS: Readonly<Record<number, SegmentIndex['codec']>> = { 0x1b: 'h264', 0x24: 'hevc' };

/**
 * The pictures of an MPEG-TS segment of one video stream whose time stamps are wall time (ISO/IEC 13818-1 2.4.3).
 * The segment may still be growing: a cut packet at its end is left out. `nearMs` is any wall time within 13 hours.
 */
export function indexSegment(bytes: Buffer, nearMs: number): SegmentIndex {
  const pictures: IndexedPicture[] = [];
  let programPid = NO_PID;
  let videoPid = NO_PID;
  let codec: SegmentIndex['codec'] = 'unknown';
  for (let at = 0; at + PACKET <= bytes.length && bytes[at] === SYNC; at += PACKET) {
    const packet = bytes.subarray(at, at + PACKET);
    const payload = startedPayload(packet);
    if (!payload) continue;
    const pid = packet.readUInt16BE(1) & 0x1fff;
    if (pid === 0) programPid = programOf(payload);
    else if (pid === programPid) ({ pid: videoPid, codec } = streamOf(payload));
    else if (pid === videoPid) {
      const stamp = timeStamp(payload);
      if (stamp !== undefined) pictures.push({ atMs: unwrap(stamp / 90, nearMs), offset: at });
    }
  }
  return { pictures, codec };
}

/** The wall time nearest to `nearMs` that has this 33-bit time stamp. */
export function unwrap(stampMs: number, nearMs: number): number {
  return stampMs + Math.round((nearMs - stampMs) / WRAP_MS) * WRAP_MS;
}

/** The payload of a packet in which a table or a picture starts. */
function startedPayload(packet: Buffer): Buffer | undefined {
  const flags = packet[3] ?? 0;
  if (((packet[1] ?? 0) & 0x40) === 0 || (flags & 0x10) === 0) return undefined;
  const adaptation = flags & 0x20 ? 1 + (packet[4] ?? 0) : 0;
  return 4 + adaptation < PACKET ? packet.subarray(4 + adaptation) : undefined;
}

/** PID of the program map of the first program. */
function programOf(payload: Buffer): number {
  const table = payload.subarray(1 + (payload[0] ?? 0));
  return table.length < 12 ? NO_PID : table.readUInt16BE(10) & 0x1fff;
}

/** PID and codec of the first stream of a program map. */
function streamOf(payload: Buffer): { pid: number; codec: SegmentIndex['codec'] } {
  const table = payload.subarray(1 + (payload[0] ?? 0));
  const first = table.length < 12 ? table.length : 12 + (table.readUInt16BE(10) & 0x0fff);
  if (first + 3 > table.length) return { pid: NO_PID, codec: 'unknown' };
  return { pid: table.readUInt16BE(first + 1) & 0x1fff, codec: CODECS[table[first] ?? 0] ?? 'unknown' };
}

/** Presentation time stamp of a PES header in 90 kHz ticks. */
function timeStamp(pes: Buffer): number | undefined {
  if (pes.length < 14 || pes.readUIntBE(0, 3) !== 1 || ((pes[7] ?? 0) & 0x80) === 0) return undefined;
  const high = ((pes[9] ?? 0) >> 1) & 0x07;
  return high * 2 ** 30 + (pes.readUInt16BE(10) >> 1) * 2 ** 15 + (pes.readUInt16BE(12) >> 1);
}
