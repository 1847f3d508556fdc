import type { Footage } from '../video/footage.js';
import { CLOCK_RATE, PAYLOAD_TYPE } from './rtp.js';

export const TRACK = 'trackID=1';

/** The session description of one H.264 track (RFC 4566, RFC 6184 8.2.1). */
export function describe(footage: Footage, host: string): string {
  const { sps, pps, settings } = footage;
  const profile = sps.subarray(1, 4).toString('hex').toUpperCase();
  const sets = `${sps.toString('base64')},${pps.toString('base64')}`;
  return [
    'v=0',
    `o=- 1 1 IN IP4 ${host}`,
    's=Media Presentation',
    `c=IN IP4 ${host}`,
    't=0 0',
    'a=control:*',
    'a=range:npt=0-',
    `m=video 0 RTP/AVP ${PAYLOAD_TYPE}`,
    `b=AS:${settings.bitrateKbps}`,
    `a=rtpmap:${PAYLOAD_TYPE} H264/${CLOCK_RATE}`,
    `a=fmtp:${PAYLOAD_TYPE} packetization-mode=1;profile-level-id=${profile};sprop-parameter-sets=${sets}`,
    `a=framerate:${settings.fps}`,
    `a=control:${TRACK}`,
    '',
  ].join('\r\n');
}
