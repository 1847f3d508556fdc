import sharp, { type Sharp } from 'sharp';

/** A white picture, in a format of the caller's choice. */
export function blank(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#fff' }, limitInputPixels: false });
}

/** A JPEG of a few kilobytes that says that it is 65,000 pixels wide and high. */
export async function bomb(): Promise<Buffer> {
  const jpeg = await blank(64, 64).jpeg().toBuffer();
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  jpeg.writeUInt16BE(65_000, frame + 5);
  jpeg.writeUInt16BE(65_000, frame + 7);
  return jpeg;
}
