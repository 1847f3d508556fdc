import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readSessionDescription } from './sdp.js';

const BASE = 'rtsp://camera.invalid/live/';
const H264 = ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0I=,aM4=', 'a=control:trackID=1']; // prettier-ignore
const sdp = (...lines: readonly string[]): string => ['v=0', 'a=control:*', ...lines].join('\r\n');

describe('a session description', () => {
  it('tells the video track, where it is and its parameter sets', () => {
    expect(readSessionDescription(sdp(...H264), BASE)).toEqual({
      control: BASE,
      tracks: [
        {
          format: 'h264',
          payloadType: 96,
          clockRate: 90_000,
          control: 'rtsp://camera.invalid/live/trackID=1',
          parameterSets: [Buffer.from('6742', 'hex'), Buffer.from('68ce', 'hex')],
        },
      ],
    });
  });

  it('tells H.265 and the metadata track, and leaves out sound and other pictures', () => {
    const text = sdp(
      ...['m=audio 0 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000', 'm=video 0 RTP/AVP 26', 'a=rtpmap:26 JPEG/90000'],
      ...['m=video 0 RTP/AVP 98', 'a=rtpmap:98 h265/90000', 'a=fmtp:98 sprop-vps=QAE=; sprop-sps=QgE=; sprop-pps=RAE='],
      ...['a=control:rtsp://camera.invalid/x', 'm=application 0 RTP/AVP 107', 'a=rtpmap:107 vnd.onvif.metadata/90000'],
    );
    const { tracks } = readSessionDescription(text, BASE);
    expect(tracks.map(({ format, control }) => [format, control])).toEqual([
      ['hevc', 'rtsp://camera.invalid/x'],
      ['metadata', BASE],
    ]);
    expect(tracks[0]?.parameterSets.map((set) => set.toString('hex'))).toEqual(['4001', '4201', '4401']);
  });

  it('is never trusted to be one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...H264, 'm=video', 'm=video 0 RTP/AVP 999', 'a=rtpmap:96', '\n', 'm=')),
        (lines) => {
          for (const { payloadType } of readSessionDescription(lines.join('\n'), BASE).tracks)
            expect(payloadType).toBe(96);
        },
      ),
    );
  });
});
