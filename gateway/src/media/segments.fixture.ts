/** Small MPEG-TS segments for tests: tables and pictures as ffmpeg writes them, without any video in them. */
const PACKET = 188;
const VIDEO_PID = 0x100;
const MAP_PID = 0x1000;

/** A segment whose pictures arrive at these wall times; `size` packets each. */
export function segmentOf(timesMs: readonly number[], size = 3, streamType = 0x1b): Buffer {
  const tables = [packet(0, programTable()), packet(MAP_PID, programMap(streamType))];
  const pictures = timesMs.flatMap((atMs) => [packet(VIDEO_PID, pesHeader(atMs)), ...filling(size - 1)]);
  return Buffer.concat([...tables, ...pictures]);
}

/** Pictures from `fromMs` on, before `toMs`, at `fps`. */
export function pictureTimes(fromMs: number, toMs: number, fps: number): number[] {
  const count = Math.max(0, Math.ceil(((toMs - fromMs) * fps) / 1000));
  return Array.from({ length: count }, (_, index) => fromMs + (index * 1000) / fps);
}

function packet(pid: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(PACKET, 0xff);
  bytes.writeUInt8(0x47, 0);
  bytes.writeUInt16BE(0x4000 | pid, 1);
  bytes.writeUInt8(0x30, 3);
  const stuffing = PACKET - 5 - payload.length;
  bytes.writeUInt8(stuffing, 4);
  payload.copy(bytes, 5 + stuffing);
  return bytes;
}

function filling(count: number): Buffer[] {
  const bytes = Buffer.alloc(PACKET, 0xaa);
  bytes.writeUInt8(0x47, 0);
  bytes.writeUInt16BE(VIDEO_PID, 1);
  bytes.writeUInt8(0x10, 3);
  return Array.from({ length: count }, () => bytes);
}

function programTable(): Buffer {
  return Buffer.from([0, 0x00, 0xb0, 0x0d, 0, 1, 0xc1, 0, 0, 0, 1, 0xe0 | (MAP_PID >> 8), MAP_PID & 0xff, 0, 0, 0, 0]);
}

function programMap(streamType: number): Buffer {
  const head = [0, 0x02, 0xb0, 0x12, 0, 1, 0xc1, 0, 0, 0xe1, 0x00, 0xf0, 0x00];
  return Buffer.from([...head, streamType, 0xe0 | (VIDEO_PID >> 8), VIDEO_PID & 0xff, 0xf0, 0x00, 0, 0, 0, 0]);
}

function pesHeader(atMs: number): Buffer {
  const ticks = BigInt(Math.round(atMs * 90)) % 2n ** 33n;
  const stamp = [
    0x21 | Number((ticks >> 29n) & 0x0en),
    Number((ticks >> 22n) & 0xffn),
    1 | Number((ticks >> 14n) & 0xfen),
    Number((ticks >> 7n) & 0xffn),
    1 | Number((ticks << 1n) & 0xfen),
  ];
  return Buffer.from([0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5, ...stamp]);
}
