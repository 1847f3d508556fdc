import { createHash } from 'node:crypto';
import type { Clock } from '@angrid/runtime';
import type { AccessUnit } from './access-units.js';
import type { StreamNotice } from './gray-frame.js';
import { pictureSize, type PictureSize } from './picture-size.js';
import type { VideoCodec } from './sdp.js';

/** Pictures that are further apart than this are a gap, also where no packet is missing. */
const GAP_MS = 2000;

/** What can be told of a stream from its coded pictures alone; over all sessions with one camera. */
export class PictureNotes {
  private lastMs: number | undefined;
  private lastKey: { readonly rtpTime: number; readonly hash: string } | undefined;
  private size: PictureSize | undefined;

  constructor(
    private readonly camera: string,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly onNotice: (notice: StreamNotice) => void,
  ) {}

  take(unit: AccessUnit, codec: VideoCodec): void {
    const monotonicMs = this.clock.monotonic();
    const about = { camera: this.camera, monotonicMs };
    const lengthMs = monotonicMs - (this.lastMs ?? monotonicMs);
    this.lastMs = monotonicMs;
    if (unit.lost > 0 || lengthMs > GAP_MS) this.onNotice({ ...about, kind: 'gap', lengthMs });
    if (!unit.key) return;
    const bytes = unit.buffer.subarray(unit.start, unit.end);
    const key = { rtpTime: unit.rtpTime, hash: createHash('sha1').update(bytes).digest('base64') };
    const repeated = key.hash === this.lastKey?.hash || key.rtpTime === this.lastKey?.rtpTime;
    if (repeated) this.onNotice({ ...about, kind: 'repeat' });
    this.lastKey = key;
    const size = pictureSize(bytes, codec);
    if (!size) return;
    const { width, height } = size;
    const changed = this.size && (this.size.width !== width || this.size.height !== height);
    this.size = size;
    if (changed) this.onNotice({ ...about, kind: 'resolution', width, height });
  }
}
