import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { LONGEST_SIDE, planPicture } from './plan-picture.js';

const blank = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#ffffff' } });

describe('the picture of a floor plan', () => {
  it('stays what it is, as PNG or JPEG', async () => {
    expect(await planPicture(await blank(40, 30).png().toBuffer())).toMatchObject({
      mediaType: 'image/png',
      width: 40,
      height: 30,
    });
    expect(await planPicture(await blank(40, 30).jpeg().toBuffer())).toMatchObject({ mediaType: 'image/jpeg' });
  });

  it('is turned upright, and tells nothing of who took it', async () => {
    const taken = await blank(40, 30)
      .jpeg()
      .withExif({ IFD0: { Make: 'Phone' }, IFD3: { GPSLatitude: '29/1 18/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { bytes, ...facts } = await planPicture(taken);
    expect(facts).toEqual({ mediaType: 'image/jpeg', width: 30, height: 40 });
    const { exif, orientation } = await sharp(bytes).metadata();
    expect({ exif, orientation }).toEqual({ exif: undefined, orientation: undefined });
  });

  it('is made smaller where it is longer than needed', async () => {
    const { width, height } = await planPicture(
      await blank(LONGEST_SIDE * 2, 100)
        .png()
        .toBuffer(),
    );
    expect([width, height]).toEqual([LONGEST_SIDE, 50]);
  });

  const png = blank(40, 30).png().toBuffer();
  it.each([
    ['an SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')],
    ['another kind of picture', () => blank(4, 4).webp().toBuffer()],
    ['half a picture', async () => (await png).subarray(0, 60)],
    ['more pixels than it may have', () => blank(8000, 8000).png().toBuffer()],
    ['nothing', () => Buffer.alloc(0)],
  ])('refuses %s', async (_what, made) => {
    await expect(planPicture(await made())).rejects.toMatchObject({ code: 'plan.picture-refused' });
  });
});
