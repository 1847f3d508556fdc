import { VirtualClock } from '@angrid/runtime';
import { describe, expect, it } from '@jest/globals';
import { dateTimeReply } from './camera.fixture.js';
import { CameraTime, readCameraClock } from './clock.js';
import { readEnvelope } from './soap/envelope.js';

const START = Date.UTC(2026, 0, 1);

async function read(time: CameraTime, clock: VirtualClock, reply: string, travelMs = 0): Promise<void> {
  const caller = {
    async call() {
      await clock.advance(travelMs);
      const { body, text } = readEnvelope(Buffer.from(reply));
      return { payload: body.children[0]!, text };
    },
  };
  await readCameraClock(time, { caller, path: '/', clock, anonymous: true });
}

describe('the time of the camera', () => {
  it('is ours until the camera has told its own', () => {
    const time = new CameraTime(new VirtualClock(START));
    expect(time.now()).toBe(START);
    expect(time.skewMs()).toBeUndefined();
  });

  it('goes on from what the camera said, half the travel time ago', async () => {
    const clock = new VirtualClock(START);
    const time = new CameraTime(clock);
    await read(time, clock, dateTimeReply(START + 600_000), 400);
    expect(time.now()).toBe(START + 600_200);
    expect(time.skewMs()).toBe(600_200 - 400);
    await clock.advance(5_000);
    expect(time.now()).toBe(START + 605_200);
  });

  it('does not jump with the clock of the gateway, but the skew does', async () => {
    const clock = new VirtualClock(START);
    const time = new CameraTime(clock);
    await read(time, clock, dateTimeReply(START));
    clock.jumpWall(3_600_000);
    expect(time.now()).toBe(START);
    expect(time.skewMs()).toBe(-3_600_000);
  });

  it('may be 1970', async () => {
    const clock = new VirtualClock(START);
    const time = new CameraTime(clock);
    await read(time, clock, dateTimeReply(0));
    expect(time.now()).toBe(0);
  });

  it.each([
    ['without a UTC time', dateTimeReply(0).replace(/<tt:UTCDateTime>.*<\/tt:UTCDateTime>/s, '')],
    ['with month 13', dateTimeReply(0).replace('<tt:Month>1<', '<tt:Month>13<')],
    ['with day 0', dateTimeReply(0).replace('<tt:Day>1<', '<tt:Day>0<')],
    ['with words', dateTimeReply(0).replace('<tt:Hour>0<', '<tt:Hour>noon<')],
  ])('stays as it was after a reply %s', async (_what, reply) => {
    const clock = new VirtualClock(START);
    const time = new CameraTime(clock);
    await read(time, clock, dateTimeReply(START + 60_000));
    await read(time, clock, reply);
    expect(time.skewMs()).toBe(60_000);
  });
});
