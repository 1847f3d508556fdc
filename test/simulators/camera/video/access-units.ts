/** The pictures of an H.264 elementary stream (ITU-T H.264 Annex B, 7.4.1.2.3). */
export interface AccessUnit {
  readonly keyframe: boolean;
  /** NAL units without start codes; parameter sets stand before the picture they belong to. */
  readonly nals: readonly Buffer[];
}

export const NalType = { slice: 1, idr: 5, sei: 6, sps: 7, pps: 8, delimiter: 9 } as const;

export function nalType(nal: Buffer): number {
  return (nal[0] ?? 0) & 0x1f;
}

/** Cuts a byte stream at its 3- and 4-byte start codes. The parts are views, not copies. */
export function splitAnnexB(stream: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  let start = -1;
  for (let at = stream.indexOf(START_CODE); at !== -1; at = stream.indexOf(START_CODE, at + 3)) {
    if (start !== -1) nals.push(withoutTrailingZeros(stream.subarray(start, at)));
    start = at + START_CODE.length;
  }
  if (start !== -1) nals.push(withoutTrailingZeros(stream.subarray(start)));
  return nals.filter((nal) => nal.length > 0);
}

/** Groups NAL units into pictures. Units after the last picture are dropped. */
export function accessUnits(nals: readonly Buffer[]): AccessUnit[] {
  const units: AccessUnit[] = [];
  let current: Buffer[] = [];
  let hasPicture = false;
  const close = (): void => {
    if (hasPicture) units.push({ keyframe: current.some((nal) => nalType(nal) === NalType.idr), nals: current });
    current = [];
    hasPicture = false;
  };
  for (const nal of nals) {
    if (hasPicture && startsUnit(nal)) close();
    if (nalType(nal) !== NalType.delimiter) current.push(nal);
    hasPicture ||= isSlice(nal);
  }
  close();
  return units;
}

const START_CODE = Buffer.from([0, 0, 1]);

function isSlice(nal: Buffer): boolean {
  return nalType(nal) >= NalType.slice && nalType(nal) <= NalType.idr;
}

/** A parameter set, SEI or delimiter, or a slice whose first_mb_in_slice is 0 (a single 1 bit). */
function startsUnit(nal: Buffer): boolean {
  if (!isSlice(nal)) return nalType(nal) >= NalType.sei && nalType(nal) <= NalType.delimiter;
  return ((nal[1] ?? 0) & 0x80) !== 0;
}

function withoutTrailingZeros(nal: Buffer): Buffer {
  let end = nal.length;
  while (end > 0 && nal[end - 1] === 0) end -= 1;
  return nal.subarray(0, end);
}
