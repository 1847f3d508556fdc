import { createHash } from 'node:crypto';
import type { Clock } from '@angrid/runtime';
import type { AccessUnit } from './access-units.js';
import type { StreamNotice } from './gray-frame.js';
import { pictureSize, type PictureSize } from './picture-size.js';
import type { VideoCodec } from './sdp.js';

/** Pictures that are further apart than this are a gap, also where no packet is missing. */
const GAP_MS = 2000;

type Source = 'main' | 'sub';

/** What can be told of a camera's streams from their coded pictures alone; over all sessions with it. */
export class PictureNotes {
  private source: Source | undefined;
  private lastMs: number | undefined;
  private lastKey: { readonly rtpTime: number; readonly hash: string } | undefined;
  private readonly sizes = new Map<Source, PictureSize>();

  constructor(
    private readonly camera: string,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly onNotice: (notice: StreamNotice) => void,
  ) {}

  /** Takes a picture of the stream that is looked at. A change to the other one is a gap too. */
  take(unit: AccessUnit, codec: VideoCodec, source: Source): void {
    const monotonicMs = this.clock.monotonic();
    const about = { camera: this.camera, monotonicMs };
    const lengthMs = monotonicMs - (this.lastMs ?? monotonicMs);
    this.lastMs = monotonicMs;
    const isOther = source !== (this.source ?? source);
    this.source = source;
    if (unit.lost > 0 || lengthMs > GAP_MS || isOther) this.onNotice({ ...about, kind: 'gap', lengthMs });
    if (!unit.key) return;
    const bytes = unit.buffer.subarray(unit.start, unit.end);
    const key = { rtpTime: unit.rtpTime, hash: createHash('sha1').update(bytes).digest('base64') };
    const repeated = key.hash === this.lastKey?.hash || key.rtpTime === this.lastKey?.rtpTime;
    if (repeated) this.onNotice({ ...about, kind: 'repeat' });
    this.lastKey = key;
    this.measure(unit, codec, source);
  }

  /** Takes a key picture of either stream, whether it is looked at or not, for its size. */
  measure({ buffer, start, end }: AccessUnit, codec: VideoCodec, source: Source): void {
    const size = pictureSize(buffer.subarray(start, end), codec);
    if (!size) return;
    const { width, height } = size;
    const before = this.sizes.get(source) ?? size;
    this.sizes.set(source, size);
    if (before.width === width && before.height === height) return;
    this.onNotice({ camera: this.camera, monotonicMs: this.clock.monotonic(), kind: 'resolution', width, height });
  }
}
