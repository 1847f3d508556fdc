import type { Clock } from '@angrid/runtime';
import type { CameraStream } from './media.js';

export type Masks = CameraStream['masks'];

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The masks as an SVG of the picture's size: black polygons with hard edges, a pixel wider than they are given, so that
 * no rim of what is covered shows. It holds nothing but numbers.
 */
export function maskSvg(masks: Masks, { width, height }: PictureSize): string {
  const polygons = masks.map((mask) => {
    const points = mask.map(([x, y]) => `${pixel(x, width)},${pixel(y, height)}`);
    return `<polygon points="${points.join(' ')}"/>`;
  });
  const style = 'fill="#000" stroke="#000" stroke-width="2" shape-rendering="crispEdges"';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><g ${style}>${polygons.join('')}</g></svg>`;
}

function pixel(fraction: number, size: number): string {
  return (Math.min(1, Math.max(0, fraction)) * size).toFixed(1);
}

interface InForce {
  readonly masks: Masks;
  /** Monotonic milliseconds at which the next ones came; Infinity for the present ones. */
  untilMs: number;
}

/**
 * Which masks a camera had when. Pictures get all masks that held at any time since they were taken: where they changed
 * in between, the stricter of both counts.
 */
export class MaskBook {
  private readonly cameras = new Map<string, InForce[]>();

  /** `memoryMs`: how old the oldest picture is that is still made into evidence. */
  constructor(
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly memoryMs: number,
  ) {}

  note(camera: string, masks: Masks): void {
    const now = this.clock.monotonic();
    const before = (this.cameras.get(camera) ?? []).filter(({ untilMs }) => untilMs >= now - this.memoryMs);
    const present = before.at(-1);
    if (present && present.untilMs === Infinity && JSON.stringify(present.masks) === JSON.stringify(masks)) return;
    if (present && present.untilMs === Infinity) present.untilMs = now;
    this.cameras.set(camera, [...before, { masks, untilMs: Infinity }]);
  }

  /** All masks of the camera from `atMs` until now, each once. */
  since(camera: string, atMs: number): Masks {
    const inForce = (this.cameras.get(camera) ?? []).filter(({ untilMs }) => untilMs >= atMs);
    const polygons = new Map(inForce.flatMap(({ masks }) => masks.map((mask) => [JSON.stringify(mask), mask])));
    return [...polygons.values()];
  }
}
