/** Parts of a live stream (contract/live.ts) as a gateway sends them, with no picture inside. */
export function start(): Buffer {
  const sample = box('avc1', Buffer.alloc(78), box('avcC', Buffer.from([1, 0x4d, 0x40, 0x28, 0xff])));
  const table = box('stbl', box('stsd', Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), sample));
  return Buffer.concat([box('ftyp', Buffer.from('iso5')), box('moov', box('trak', box('mdia', box('minf', table))))]);
}

export function fragment(key: boolean, bytes: number): Buffer {
  const run = Buffer.alloc(16);
  run.writeUInt32BE(0x5, 0);
  run.writeUInt32BE(1, 4);
  run.writeUInt32BE(key ? 0x0200_0000 : 0x0101_0000, 12);
  const moof = box('moof', box('traf', box('tfhd', Buffer.alloc(8)), box('trun', run)));
  return Buffer.concat([moof, box('mdat', Buffer.alloc(bytes, key ? 0x65 : 0x41))]);
}

function box(type: string, ...content: readonly Buffer[]): Buffer {
  const inside = Buffer.concat(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(inside.length + 8, 0);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, inside]);
}
