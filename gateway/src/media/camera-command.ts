import { GRAY_HEIGHT, GRAY_WIDTH } from './gray-frame.js';

export interface CameraCommand {
  readonly run: number;
  readonly segmentMs: number;
}

/**
 * The command line of a camera's child (fluent-ffmpeg builds single outputs only). Descriptor 0 brings Matroska with
 * two tracks: all pictures to record and the key pictures to look at; their times are wall time. The first is copied
 * into MPEG-TS segments that each start at a key picture, the name and end of each finished one being a line on
 * descriptor 1; the second comes out of descriptor 3 as gray pictures. There is no text of a user or device in it, and
 * no network.
 */
export function cameraArguments({ run, segmentMs }: CameraCommand): string[] {
  return [
    ...['-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'pipe', '-fflags', 'nobuffer'],
    ...['-fpsprobesize', '0', '-analyzeduration', '0', '-probesize', '32', '-threads', '1', '-f', 'matroska'],
    ...['-i', 'pipe:0', '-y', '-map', '0:0', '-c', 'copy', '-bsf:v', 'setts=ts=PTS', '-copyts'],
    ...['-muxdelay', '0', '-muxpreload', '0', '-f', 'segment', '-segment_time', String(segmentMs / 1000)],
    ...['-segment_format', 'mpegts', '-segment_format_options', 'flush_packets=1'],
    ...['-segment_list', 'pipe:1', '-segment_list_type', 'csv', `run${run}-%06d.ts`],
    ...['-map', '0:1', ...grayOutput('pipe:3')],
  ];
}

/** Every picture as one of GRAY_WIDTH × GRAY_HEIGHT gray bytes. */
export function grayOutput(to: string): string[] {
  return [
    ...['-vf', `scale=${GRAY_WIDTH}:${GRAY_HEIGHT}:flags=area,format=gray`, '-vsync', 'passthrough'],
    ...['-filter_threads', '1', '-threads', '1', '-c:v', 'rawvideo', '-flush_packets', '1', '-f', 'rawvideo', to],
  ];
}
