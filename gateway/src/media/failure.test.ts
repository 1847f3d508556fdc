import { describe, expect, it } from '@jest/globals';
import { streamFailure } from './failure.js';
import { printable } from './ffmpeg-child.js';

describe('the end of an ffmpeg that is fed the pictures of a camera', () => {
  it.each([
    ["Stream map '0:v:0' matches no streams.", 'media.stream-unsupported'],
    ['[mpegts @ 0x1] Could not find codec parameters for stream 0', 'media.stream-unsupported'],
    ['pipe:0: Invalid data found when processing input', 'media.stream-hostile'],
    ['', 'media.stream-failed'],
  ])('that says "%s" is %s', (stderr, code) => {
    expect(streamFailure('cam', { code: 1, signal: null, stderr }).code).toBe(code);
  });

  it('is a failure also with status 0', () => {
    const failure = streamFailure('cam', { code: 0, signal: null, stderr: 'x: its input ended' });
    expect(failure).toMatchObject({ code: 'media.stream-failed', subject: 'cam', detail: 'x: its input ended' });
    expect(streamFailure('cam', { code: null, signal: 'SIGKILL', stderr: '' }).detail).toBe(
      'ffmpeg ended with SIGKILL',
    );
  });
});

describe('what ffmpeg says', () => {
  it('is shown without control characters and credentials', () => {
    expect(printable('\u001b[31m rtsp://admin:pa55@10.0.0.1/x\n安')).toBe('?[31m rtsp://10.0.0.1/x\n?');
  });
});
