import { AnGridError } from '@angrid/contract';
import { silentLog, VirtualClock } from '@angrid/runtime';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RtspSession, SessionOptions } from './rtsp-session.js';
import type { VideoCodec } from './sdp.js';
import { defaultMediaSettings } from './settings.js';
import { Substream } from './substream.js';

const UNIT = { buffer: Buffer.alloc(0), start: 0, end: 0, key: true, rtpTime: 0, lost: 0 };

/** A session that brings pictures, and fails, when the test says so. */
class FakeSession {
  readonly ticksASecond = 90_000;
  mediaBytes = 0;
  keys = 0;
  closed = false;
  fail: (cause: AnGridError) => void = () => undefined;
  readonly failed = new Promise<never>((_resolve, reject) => (this.fail = reject));

  constructor(
    readonly codec: VideoCodec,
    private readonly onUnit: SessionOptions['onUnit'],
  ) {}

  play = async (): Promise<void> => undefined;
  close = (): void => void (this.closed = true);

  picture(): void {
    this.mediaBytes += 100;
    this.keys += 1;
    this.onUnit(UNIT);
  }
}

describe('the substream', () => {
  let clock: VirtualClock;
  let codecs: VideoCodec[];
  let sessions: FakeSession[];
  let taken: number;
  let stop: AbortController;
  let sub: Substream;

  beforeEach(async () => {
    clock = new VirtualClock();
    codecs = ['h264'];
    sessions = [];
    taken = 0;
    stop = new AbortController();
    const open = async (onUnit: SessionOptions['onUnit']): Promise<RtspSession> => {
      const session = new FakeSession(codecs.shift() ?? 'h264', onUnit);
      sessions.push(session);
      return session as unknown as RtspSession;
    };
    const parts = { camera: 'cam', clock, log: silentLog, settings: defaultMediaSettings, random: () => 0 };
    sub = new Substream({ ...parts, open, take: () => (taken += 1) }, stop.signal);
    await sub.tried;
    await clock.advance(0);
  });

  it('flows from its first picture on', () => {
    expect([sub.codec, sub.flows]).toEqual(['h264', false]);
    sessions[0]?.picture();
    expect([sub.flows, taken]).toEqual([true, 1]);
  });

  it('is opened again after a failure, and does not flow meanwhile', async () => {
    sessions[0]?.picture();
    sessions[0]?.fail(new AnGridError('media.stream-failed', { op: 'test' }));
    await clock.advance(0);
    expect([sub.flows, sessions[0]?.closed]).toEqual([false, true]);
    await clock.advance(6000);
    sessions[1]?.picture();
    expect([sub.flows, taken]).toEqual([true, 2]);
  });

  it('is opened again where it stands still', async () => {
    sessions[0]?.picture();
    await clock.advance(defaultMediaSettings.stallMs + 6000);
    expect([sessions[0]?.closed, sessions.length > 1]).toEqual([true, true]);
  });

  it('is not looked at with another codec than it began with', async () => {
    codecs = ['hevc'];
    sessions[0]?.fail(new AnGridError('media.stream-failed', { op: 'test' }));
    await clock.advance(6000);
    expect([sessions[1]?.codec, sessions[1]?.closed, sub.codec]).toEqual(['hevc', true, 'h264']);
  });

  it('leaves nothing behind when it is stopped', async () => {
    stop.abort(new Error('stopped'));
    await clock.advance(defaultMediaSettings.stallMs);
    sessions[0]?.fail(new AnGridError('media.stream-failed', { op: 'test' }));
    await sub.done;
    expect([sessions[0]?.closed, sessions.length]).toEqual([true, 1]);
  });
});
