import { AnGridError } from '@angrid/contract';

/** Bytes of a floor plan as it is sent. */
export const MOST_PLAN_BYTES = 8 * 1024 * 1024;
/** Pixels of its longer side as it is kept. */
export const LONGEST_SIDE = 2400;
const MOST_PIXELS = 60_000_000;

export interface PlanPicture {
  readonly mediaType: 'image/png' | 'image/jpeg';
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

/**
 * The picture drawn anew: upright, no longer than LONGEST_SIDE, and without place, time or device of whoever took it.
 * Throws plan.picture-refused for what is neither PNG nor JPEG (an SVG is a program), damaged, or of too many pixels.
 */
export async function planPicture(sent: Buffer): Promise<PlanPicture> {
  const mediaType = typeOf(sent);
  const sharp = await drawing();
  const picture = sharp(sent, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
    .autoOrient()
    .resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: 'inside', withoutEnlargement: true });
  const drawn = mediaType === 'image/png' ? picture.png({ compressionLevel: 9 }) : picture.jpeg({ quality: 82 });
  const { data, info } = await drawn.toBuffer({ resolveWithObject: true }).catch((cause: unknown) => {
    throw refused('damaged, or too large', cause);
  });
  return { mediaType, width: info.width, height: info.height, bytes: data };
}

function typeOf(bytes: Buffer): PlanPicture['mediaType'] {
  if (bytes.subarray(0, 8).equals(PNG)) return 'image/png';
  if (bytes.subarray(0, 3).equals(JPEG)) return 'image/jpeg';
  throw refused('neither PNG nor JPEG');
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

type SharpLibrary = typeof import('sharp').default;

let loading: Promise<SharpLibrary> | undefined;

/** Loaded with the first plan: a cloud without plans does without it. It reads PNG and JPEG from memory, nothing else. */
function drawing(): Promise<SharpLibrary> {
  return (loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer'] });
    return sharp;
  }));
}

function refused(detail: string, cause?: unknown): AnGridError {
  return new AnGridError('plan.picture-refused', { op: 'floor-plan.draw', detail, cause });
}
