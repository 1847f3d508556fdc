import { packetise } from '../rtsp/rtp.js';
import type { Footage } from './footage.js';
import { videoSettings } from './settings.js';

/** Four seconds at 15 fps with a key frame each two seconds; the pictures hold a header byte and no image. */
export function testFootage(): Footage {
  const pictures = Array.from({ length: 60 }, (_, index) => {
    const keyframe = index % 30 === 0;
    return { keyframe, payloads: packetise([Buffer.from([keyframe ? 0x65 : 0x41, 0x88])]) };
  });
  const sps = Buffer.from([0x67, 0x4d, 0x00, 0x1e]);
  return { file: 'none', settings: videoSettings({ loopSeconds: 4 }), sps, pps: Buffer.from([0x68, 0xee]), pictures };
}
