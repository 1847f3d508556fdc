/** Boxes of a live stream as ffmpeg writes them, with no picture inside. */
export function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const inside = Buffer.concat(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(inside.length + 8, 0);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, inside]);
}

const words = (...values: readonly number[]): Buffer => {
  const out = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) out.writeUInt32BE(value >>> 0, index * 4);
  return out;
};

/** `ftyp` and `moov` of an H.264 track of Main profile, level 4; of another codec where it is named. */
export function startOf(entry = 'avc1', config = 'avcC'): Buffer {
  const sample = box(entry, Buffer.alloc(78), box(config, Buffer.from([1, 0x4d, 0x40, 0x28, 0xff])));
  const table = box('stbl', box('stsd', words(0, 1), sample));
  const track = box('trak', box('tkhd', Buffer.alloc(84)), box('mdia', box('minf', table)));
  return Buffer.concat([box('ftyp', Buffer.from('iso5')), box('moov', box('mvhd', Buffer.alloc(100)), track)]);
}

/** One picture of so many bytes; `by`: which of the three places says whether it is a key picture. */
export function fragmentOf(key: boolean, bytes = 100, by: 'first' | 'each' | 'header' = 'first'): Buffer {
  const flags = key ? 0x0200_0000 : 0x0101_0000;
  const header =
    by === 'header' ? words(0x02_0038, 1, 512, bytes, flags) : words(0x02_0038, 1, 512, bytes, 0x0101_0000);
  const runs = {
    first: words(0x000_0205, 1, 96, flags, bytes),
    each: words(0x000_0701, 1, 96, 512, bytes, flags),
    header: words(0x000_0201, 1, 96, bytes),
  };
  const moof = box('moof', box('mfhd', words(0, 1)), box('traf', box('tfhd', header), box('trun', runs[by])));
  return Buffer.concat([moof, box('mdat', Buffer.alloc(bytes, key ? 0x65 : 0x41))]);
}
