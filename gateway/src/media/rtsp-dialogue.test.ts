import { beforeEach, describe, expect, it } from '@jest/globals';
import { RtspDialogue, type StreamLogin } from './rtsp-dialogue.js';
import { headerValues, type RtspMessage } from './rtsp-wire.js';

const PLAYER_URL = 'rtsp://127.0.0.1:4000/abc';
const CAMERA_URL = 'rtsp://192.168.1.9:554/cam?channel=1';

const request = (start: string, cseq: number): RtspMessage => ({
  start: `${start} RTSP/1.0`,
  headers: [['CSeq', String(cseq)]],
  body: Buffer.alloc(0),
});

const reply = (status: number, to: RtspMessage, challenge?: string): RtspMessage => ({
  start: `RTSP/1.0 ${status} x`,
  headers: [
    ['CSeq', headerValues(to, 'cseq')[0] ?? ''],
    ...(challenge === undefined ? [] : [['WWW-Authenticate', challenge] as const]),
  ],
  body: Buffer.alloc(0),
});

/** Answers the challenge by its own name, so that a test sees which one was answered. */
class FakeLogin implements StreamLogin {
  private known: string | undefined;

  challenge([header = 'none']: readonly string[]): 'fresh' | 'stale' | 'none' {
    if (header === 'none') return 'none';
    this.known = header;
    return header.startsWith('stale') ? 'stale' : 'fresh';
  }

  authorization(method: string, uri: string): string | undefined {
    return this.known && `${this.known} ${method} ${uri}`;
  }
}

describe('the dialogue with a camera', () => {
  let dialogue: RtspDialogue;
  beforeEach(() => {
    const options = { camera: 'cam', cameraUrl: CAMERA_URL, playerUrl: PLAYER_URL, login: new FakeLogin() };
    dialogue = new RtspDialogue(options);
  });

  it('asks the camera for its own address, and for the tracks below it', () => {
    expect(dialogue.fromPlayer(request(`DESCRIBE ${PLAYER_URL}`, 2)).start).toBe(`DESCRIBE ${CAMERA_URL} RTSP/1.0`);
    const track = dialogue.fromPlayer(request(`SETUP ${PLAYER_URL}/trackID=1`, 3));
    expect(track.start).toBe(`SETUP ${CAMERA_URL}/trackID=1 RTSP/1.0`);
    const own = dialogue.fromPlayer(request('PLAY rtsp://cam.local/live/', 4));
    expect(own.start).toBe('PLAY rtsp://cam.local/live/ RTSP/1.0');
  });

  it('answers a challenge itself: the player sees neither the 401 nor the login', () => {
    const first = dialogue.fromPlayer(request(`DESCRIBE ${PLAYER_URL}`, 2));
    expect(headerValues(first, 'authorization')).toEqual([]);
    const second = dialogue.fromCamera(reply(401, first, 'nonce1'));
    expect(second?.to).toBe('camera');
    const sent = second?.message ?? first;
    expect(headerValues(sent, 'authorization')).toEqual([`nonce1 DESCRIBE ${CAMERA_URL}`]);
    expect(headerValues(sent, 'cseq')).not.toEqual(headerValues(first, 'cseq'));
    const answer = dialogue.fromCamera(reply(200, sent));
    expect(answer?.to).toBe('player');
    expect(headerValues(answer?.message ?? first, 'cseq')).toEqual(['2']);
  });

  it('proves the login at once in every later request', () => {
    dialogue.fromCamera(reply(401, dialogue.fromPlayer(request(`OPTIONS ${PLAYER_URL}`, 1)), 'nonce1'));
    const next = dialogue.fromPlayer(request(`PLAY ${PLAYER_URL}`, 5));
    expect(headerValues(next, 'authorization')).toEqual([`nonce1 PLAY ${CAMERA_URL}`]);
  });

  it('sends a password that was refused once only', () => {
    const first = dialogue.fromPlayer(request(`DESCRIBE ${PLAYER_URL}`, 2));
    const second = dialogue.fromCamera(reply(401, first, 'nonce1'))?.message ?? first;
    expect(() => dialogue.fromCamera(reply(401, second, 'nonce2'))).toThrow(
      expect.objectContaining({ code: 'media.stream-auth', detail: '401 to DESCRIBE' }),
    );
  });

  it('answers anew when its nonce has run out, but not for ever', () => {
    let sent = dialogue.fromPlayer(request(`GET_PARAMETER ${PLAYER_URL}`, 9));
    for (const nonce of ['stale1', 'stale2']) {
      sent = dialogue.fromCamera(reply(401, sent, nonce))?.message ?? sent;
      expect(headerValues(sent, 'authorization')[0]).toContain(nonce);
    }
    expect(() => dialogue.fromCamera(reply(401, sent, 'stale3'))).toThrow(
      expect.objectContaining({ code: 'media.stream-auth' }),
    );
  });

  it('sends no password to a camera that offers nothing but Basic', () => {
    const first = dialogue.fromPlayer(request(`DESCRIBE ${PLAYER_URL}`, 2));
    expect(() => dialogue.fromCamera(reply(401, first))).toThrow(
      expect.objectContaining({ code: 'media.stream-auth', detail: 'it offers no Digest authentication' }),
    );
  });

  it.each([
    [403, 'DESCRIBE', 'media.stream-auth'],
    [404, 'DESCRIBE', 'media.stream-not-found'],
    [461, 'SETUP', 'media.stream-unsupported'],
    [302, 'DESCRIBE', 'media.stream-failed'],
    [503, 'PLAY', 'media.stream-failed'],
  ])('fails for %s to %s with %s', (status, method, code) => {
    const sent = dialogue.fromPlayer(request(`${method} ${PLAYER_URL}`, 2));
    expect(() => dialogue.fromCamera(reply(status, sent))).toThrow(expect.objectContaining({ code }));
  });

  it('goes on where the camera does not know a request that is not vital', () => {
    const sent = dialogue.fromPlayer(request(`GET_PARAMETER ${PLAYER_URL}`, 7));
    expect(dialogue.fromCamera(reply(501, sent))?.to).toBe('player');
  });

  it('drops replies that nobody waits for', () => {
    expect(dialogue.fromCamera(reply(200, request('PLAY x', 99)))).toBeUndefined();
  });

  it('bounds the requests that a silent camera leaves unanswered', () => {
    const ask = (cseq: number): unknown => dialogue.fromPlayer(request(`OPTIONS ${PLAYER_URL}`, cseq));
    for (let cseq = 0; cseq < 16; cseq += 1) ask(cseq);
    expect(() => ask(17)).toThrow(expect.objectContaining({ code: 'media.stream-hostile' }));
  });
});
