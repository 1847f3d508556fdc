import { thumbnailLimit } from '@angrid/contract';
import { shrinkJpeg } from './picture.js';

const SIDE = 320;
/** The best that fits; a picture of nothing but noise fits with the last. */
const QUALITIES = [75, 60, 40, 20];

/**
 * Base64 of a small JPEG of a picture whose masks are burned in: it is made of nothing else, so that it can show no more.
 * Undefined where there is none that fits a descriptor; a picture is never lost for want of its thumbnail.
 */
export async function thumbnailOf(masked: Buffer): Promise<string | undefined> {
  try {
    for (const quality of QUALITIES) {
      const thumbnail = (await shrinkJpeg(masked, SIDE, quality)).toString('base64');
      if (thumbnail.length <= thumbnailLimit) return thumbnail;
    }
  } catch {
    // It is only there to look at sooner.
  }
  return undefined;
}
