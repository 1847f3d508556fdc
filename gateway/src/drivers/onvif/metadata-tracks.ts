import type { GatewayTime } from '@angrid/contract';
import type { ReadingSink } from '../driver.js';
import { type MetadataReader, metadataReader } from './metadata.js';

/** Notifications of one camera that wait for the store; beyond them the pull point must do. */
const MOST_WAITING = 100;

export interface MetadataTracksOptions {
  readonly sink: ReadingSink;
  stamp(): GatewayTime;
  /** Told of what is left out. */
  onDropped(reason: string): void;
  /** Told where a notification could not be stored. */
  onFailure(camera: string, error: unknown): void;
}

interface Track {
  readonly reader: MetadataReader;
  waiting: number;
}

/**
 * The metadata tracks of all cameras as a second source of events: their notifications become readings like those of the
 * pull point, and one that came by it already is known by its `id`.
 */
export class MetadataTracks {
  private readonly tracks = new Map<string, Track>();

  constructor(private readonly options: MetadataTracksOptions) {}

  /** Takes the next bytes of the track; they are copied. */
  feed(camera: string, bytes: Uint8Array): void {
    let track = this.tracks.get(camera);
    if (track === undefined) this.tracks.set(camera, (track = this.open(camera)));
    track.reader.feed(bytes);
  }

  /** Forgets all cameras but these. */
  keep(cameras: readonly string[]): void {
    const kept = new Set(cameras);
    for (const camera of this.tracks.keys()) if (!kept.has(camera)) this.tracks.delete(camera);
  }

  private open(camera: string): Track {
    const { sink, stamp, onDropped, onFailure } = this.options;
    const reader = metadataReader({
      onNotification: (notification) => {
        if (track.waiting >= MOST_WAITING) return onDropped('metadata-too-fast');
        track.waiting += 1;
        sink
          .accept({ deviceId: camera, protocol: 'onvif', ...notification, received: stamp() })
          .catch((error: unknown) => onFailure(camera, error))
          .finally(() => (track.waiting -= 1));
      },
      onDropped,
    });
    const track: Track = { reader, waiting: 0 };
    return track;
  }
}
