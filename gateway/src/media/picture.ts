import { AnGridError } from '@angrid/contract';
import type { Sharp } from 'sharp';
import { maskSvg, type Masks, type PictureSize } from './masks.js';

/** A decoded picture, 8-bit RGB. */
export interface RawPicture extends PictureSize {
  readonly rgb: Buffer;
}

export const MAX_PIXELS = 25_000_000;
/** Most bytes of one PPM of MAX_PIXELS. */
export const MAX_PPM = MAX_PIXELS * 3 + 64;
const MAX_JPEG = 8 * 1024 * 1024;
const JPEG_MAGIC = Buffer.from([0xff, 0xd8, 0xff]);

type SharpLibrary = (typeof import('sharp'))['default'];
let library: Promise<SharpLibrary> | undefined;

/** Loads ahead what the first snapshot would have to wait for. */
export function preparePictures(): void {
  pictures().catch(() => undefined);
}

/** Loaded with the first camera or picture: a gateway of doors alone does without it. */
function pictures(): Promise<SharpLibrary> {
  return (library ??= import('sharp').then(({ default: sharp }) => {
    // One thread and no cache: a snapshot now and then must not hold the memory and cores of the gateway.
    sharp.concurrency(1);
    sharp.cache(false);
    // Of all formats that sharp can read only these two stay open: pictures of cameras, and our own masks.
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadSvgBuffer'] });
    return sharp;
  }));
}

/** A binary PPM with 8 bits a colour. Throws `media.picture-refused` for anything else and above 25 megapixels. */
export function readPpm(bytes: Buffer): RawPicture {
  const head = /^P6\s(\d{1,5})\s(\d{1,5})\s255\s/.exec(bytes.toString('latin1', 0, 32));
  const width = Number(head?.[1] ?? 0);
  const height = Number(head?.[2] ?? 0);
  const rgb = bytes.subarray(head?.[0].length ?? 0);
  if (!head || width * height > MAX_PIXELS || rgb.length !== width * height * 3 || rgb.length === 0) {
    throw refused('not a picture of at most 25 megapixels');
  }
  return { width, height, rgb };
}

/** A JPEG without metadata, with the masks burned in before anything is encoded. */
export async function encodeJpeg(picture: RawPicture, masks: Masks, quality: number): Promise<Buffer> {
  const { width, height, rgb } = picture;
  const sharp = await pictures();
  const image = sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: MAX_PIXELS });
  return withMasks(image, masks, picture).jpeg({ quality }).toBuffer();
}

/** A picture that a camera gave: checked, masked and encoded anew. Throws `media.picture-refused`. */
export async function adoptJpeg(bytes: Buffer, masks: Masks, quality: number): Promise<Buffer> {
  if (bytes.length > MAX_JPEG) throw refused('more than 8 MiB');
  if (!bytes.subarray(0, 3).equals(JPEG_MAGIC)) throw refused('no JPEG');
  const sharp = await pictures();
  try {
    const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' });
    const { width, height } = await image.metadata();
    return await withMasks(image, masks, { width, height }).jpeg({ quality }).toBuffer();
  } catch (cause) {
    throw refused(cause instanceof Error ? cause.message.slice(0, 200) : 'unreadable', cause);
  }
}

/** A JPEG of our own, no wider and no higher than `side` pixels. */
export async function shrinkJpeg(jpeg: Buffer, side: number, quality: number): Promise<Buffer> {
  const sharp = await pictures();
  const size = { width: side, height: side, fit: 'inside', withoutEnlargement: true } as const;
  return sharp(jpeg, { limitInputPixels: MAX_PIXELS }).resize(size).jpeg({ quality }).toBuffer();
}

/** The masks alone, as RGBA: opaque black where nothing may be seen, transparent elsewhere. */
export async function maskLayer(masks: Masks, size: PictureSize): Promise<Buffer> {
  const sharp = await pictures();
  return sharp(Buffer.from(maskSvg(masks, size)), { limitInputPixels: MAX_PIXELS })
    .ensureAlpha()
    .raw()
    .toBuffer();
}

function withMasks(image: Sharp, masks: Masks, size: PictureSize): Sharp {
  return masks.length === 0 ? image : image.composite([{ input: Buffer.from(maskSvg(masks, size)) }]);
}

function refused(detail: string, cause?: unknown): AnGridError {
  return new AnGridError('media.picture-refused', { op: 'media.picture', detail, cause });
}
