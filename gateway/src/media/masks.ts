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
