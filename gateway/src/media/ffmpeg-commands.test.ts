import { describe, expect, it } from '@jest/globals';
import { cameraArguments } from './camera-command.js';
import { maskedArguments, pictureArguments, pictureFilter, remuxArguments } from './ffmpeg-commands.js';

const after = (args: readonly string[], name: string): string | undefined => args[args.indexOf(name) + 1];

describe('the command lines of ffmpeg', () => {
  it('of a camera is exactly this: no network, no text of a user, a copy to record and gray pictures to look at', () => {
    expect(cameraArguments({ run: 3, segmentMs: 1000 }).join(' ')).toBe(
      '-hide_banner -loglevel error -protocol_whitelist pipe -fflags nobuffer -fpsprobesize 0 -analyzeduration 0 ' +
        '-probesize 32 -threads 1 -f matroska -i pipe:0 -y -map 0:0 -c copy -bsf:v setts=ts=PTS -copyts -muxdelay 0 ' +
        '-muxpreload 0 -f segment -segment_time 1 -segment_format mpegts -segment_format_options flush_packets=1 ' +
        '-segment_list pipe:1 -segment_list_type csv run3-%06d.ts -map 0:1 ' +
        '-vf scale=160:90:flags=area,format=gray -vsync passthrough -filter_threads 1 -threads 1 -c:v rawvideo ' +
        '-flush_packets 1 -f rawvideo pipe:3',
    );
  });

  it('let a job read nothing but its descriptors', () => {
    const size = { width: 640, height: 360 };
    for (const args of [
      remuxArguments('/e/a.mp4'),
      maskedArguments('/e/a.mp4', size),
      pictureArguments(pictureFilter(7)),
      pictureArguments(),
    ]) {
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
});
