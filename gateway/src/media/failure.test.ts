import { describe, expect, it } from '@jest/globals';
import { streamFailure } from './failure.js';
import { printable } from './ffmpeg-child.js';

describe('the end of an ffmpeg that reads a camera', () => {
  it.each([
    ['rtsp://127.0.0.1:4000/x: Server returned 401 Unauthorized (authorization failed)', 'media.stream-auth'],
    ['rtsp://127.0.0.1:4000/x: Connection refused', 'media.stream-unreachable'],
    ['[tcp @ 0x1] Connection to tcp://127.0.0.1:4000 failed: No route to host', 'media.stream-unreachable'],
    ['[rtsp @ 0x1] CSEQ 7\nrtsp://127.0.0.1:4000/x: Connection timed out', 'media.stream-stalled'],
    ["Stream map '0:v:0' matches no streams.", 'media.stream-unsupported'],
    ['[rtsp @ 0x1] Nonmatching transport in server reply', 'media.stream-unsupported'],
    ['rtsp://127.0.0.1:4000/x: Invalid data found when processing input', 'media.stream-hostile'],
    ['[http @ 0x1] Protocol http not on whitelist', 'media.stream-hostile'],
    ['rtsp://127.0.0.1:4000/x: Server returned 404 Not Found', 'media.stream-failed'],
    ['', 'media.stream-failed'],
  ])('that says "%s" is %s', (stderr, code) => {
    expect(streamFailure('cam', { code: 1, signal: null, stderr }).code).toBe(code);
  });

  it('is a failure also with status 0, as after a stall', () => {
    const failure = streamFailure('cam', { code: 0, signal: null, stderr: 'x: Connection timed out' });
    expect(failure).toMatchObject({ code: 'media.stream-stalled', subject: 'cam', detail: 'x: Connection timed out' });
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
