/** What the media side may take and how long it waits. Times in milliseconds. */
export interface MediaSettings {
  /** Program name or path of ffmpeg, 5.1 or later. */
  readonly ffmpeg: string;
  /** How far back the ring of a camera reaches. */
  readonly ringMs: number;
  /** Most bytes that the ring of one camera may hold. */
  readonly ringBytes: number;
  /** Shortest segment; segments are cut at key frames only. */
  readonly segmentMs: number;
  readonly preRollMs: number;
  readonly postRollMs: number;
  /** Longest clip. Where the key frames are further apart than this allows, the pre-roll gets shorter. */
  readonly maxClipMs: number;
  /** Largest distance between an alert and its snapshot. */
  readonly maxOffsetMs: number;
  /** Largest distance where there is nothing nearer, not even a picture that the camera takes now. */
  readonly farOffsetMs: number;
  /** How long a snapshot or the end of a clip waits for pictures that are not there yet. */
  readonly patienceMs: number;
  readonly connectMs: number;
  /** A stream that brings no media for this long has stalled. */
  readonly stallMs: number;
  /** Longest time without a key frame. */
  readonly keyFrameMs: number;
  /** Longest run of an ffmpeg that cuts a picture or clip. */
  readonly jobMs: number;
  /** Pause before a refused password is tried again: cameras lock accounts. */
  readonly authPauseMs: number;
  /** JPEG quality of snapshots, 1 to 100. */
  readonly jpegQuality: number;
  readonly evidence: EvidenceLimits;
  /** Bytes of the disk that evidence leaves free: events go first. */
  readonly keepFreeBytes: number;
  /** Bytes of evidence that are written a day before clips of low severity are left out: flash wears out. */
  readonly writtenBytesADay: number;
}

/** What is kept of each class, and for how long. */
export interface EvidenceLimit {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** Snapshots, clips as they leave the site, and the encrypted originals of masked cameras. */
export type EvidenceLimits = Readonly<Record<'snapshots' | 'clips' | 'originals', EvidenceLimit>>;

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;

export const defaultMediaSettings: MediaSettings = {
  ffmpeg: 'ffmpeg',
  ringMs: 30_000,
  ringBytes: 64 * MIB,
  segmentMs: 1000,
  preRollMs: 5000,
  postRollMs: 5000,
  maxClipMs: 14_000,
  maxOffsetMs: 1000,
  farOffsetMs: 10_000,
  patienceMs: 1000,
  connectMs: 3000,
  stallMs: 5000,
  keyFrameMs: 15_000,
  jobMs: 30_000,
  authPauseMs: 600_000,
  jpegQuality: 85,
  evidence: {
    snapshots: { maxBytes: 500 * MIB, maxAgeMs: 30 * DAY_MS },
    clips: { maxBytes: 3072 * MIB, maxAgeMs: 7 * DAY_MS },
    originals: { maxBytes: 3072 * MIB, maxAgeMs: 7 * DAY_MS },
  },
  keepFreeBytes: 1000 * MIB,
  writtenBytesADay: 10_240 * MIB,
};
