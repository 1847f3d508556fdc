import { describe, expect, it } from '@jest/globals';
import { maskedArguments, pictureArguments, remuxArguments, ringArguments } from './ffmpeg-commands.js';

const after = (args: readonly string[], name: string): string | undefined => args[args.indexOf(name) + 1];

describe('the command lines of ffmpeg', () => {
  it('of the ring is exactly this', () => {
    const url = 'rtsp://127.0.0.1:4000/0123abcd';
    const line = ringArguments({ url, run: 3, segmentMs: 1000, stallMs: 5000 }).join(' ');
    expect(line).toBe(
      '-hide_banner -nostdin -loglevel error -protocol_whitelist rtsp,tcp,rtp -rtsp_transport tcp ' +
        '-allowed_media_types video -timeout 5000000 -use_wallclock_as_timestamps 1 -fpsprobesize 0 ' +
        `-analyzeduration 0 -i ${url} -y -map 0:v:0 -c copy -an ` +
        '-bsf:v setts=ts=if(eq(PTS\\,NOPTS)\\,(time(0)-0.1)*90000\\,PTS) -copyts -muxdelay 0 -muxpreload 0 ' +
        '-f segment -segment_time 1 -segment_format mpegts -segment_format_options flush_packets=1 ' +
        '-segment_list pipe:1 -segment_list_type csv run3-%06d.ts',
    );
  });

  it('let a job read nothing but its descriptors', () => {
    const size = { width: 640, height: 360 };
    for (const args of [remuxArguments('/e/a.mp4'), maskedArguments('/e/a.mp4', size), pictureArguments(7)]) {
      const inputs = args.flatMap((arg, index) => (arg === '-i' ? [args[index + 1]] : []));
      const lists = args.flatMap((arg, index) => (arg === '-protocol_whitelist' ? [args[index + 1]] : []));
      expect(inputs.every((input) => /^pipe:\d$/.test(input ?? ''))).toBe(true);
      expect(lists).toEqual(inputs.map(() => 'pipe'));
      for (const name of ['-protocol_whitelist', '-nostdin'])
        expect(args.indexOf(name)).toBeLessThan(args.indexOf('-i'));
    }
  });

  it('copy the original and encode only what is masked', () => {
    expect(after(remuxArguments('/e/a b.mp4'), '-c')).toBe('copy');
    expect(remuxArguments('/e/a b.mp4').at(-1)).toBe('/e/a b.mp4');
    const masked = maskedArguments('/e/a.mp4', { width: 640, height: 360 });
    expect(after(masked, '-c:v')).toBe('libx264');
    expect(after(masked, '-video_size')).toBe('640x360');
    expect(after(masked, '-map')).toBe('[masked]');
  });

  it('take sound from no camera', () => {
    expect(ringArguments({ url: 'x', run: 1, segmentMs: 1, stallMs: 1 })).toEqual(
      expect.arrayContaining(['-allowed_media_types', 'video', '-an']),
    );
  });
});
