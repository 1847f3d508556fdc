import { describe, expect, it } from '@jest/globals';
import type { Reading } from '../driver.js';
import { motion, testContext } from './camera.fixture.js';
import { MetadataTracks } from './metadata-tracks.js';

const track = (...messages: string[]): Buffer =>
  Buffer.from(`<tt:MetadataStream><tt:Event>${messages.join('')}</tt:Event></tt:MetadataStream>`);

function tracks(accept?: (reading: Reading) => Promise<void>) {
  const { sink, readings, stamp } = testContext(accept);
  const drops: string[] = [];
  const failures: string[] = [];
  const made = new MetadataTracks({
    ...{ sink, stamp },
    onDropped: (reason) => drops.push(reason),
    onFailure: (camera, error) => failures.push(`${camera}: ${String(error)}`),
  });
  return { made, readings, drops, failures };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the metadata tracks of cameras', () => {
  it('become readings of the camera that they are of, however their bytes are mixed', async () => {
    const { made, readings } = tracks();
    const bytes = track(motion('1'));
    for (const part of [bytes.subarray(0, 70), bytes.subarray(70)])
      for (const camera of ['cam-1', 'cam-2']) made.feed(camera, part);
    await settled();
    expect(readings.map(({ deviceId, protocol, topic }) => [deviceId, protocol, topic])).toEqual([
      ['cam-1', 'onvif', 'VideoSource/MotionAlarm'],
      ['cam-2', 'onvif', 'VideoSource/MotionAlarm'],
    ]);
  });

  it('wait for the store up to a bound, each for itself', async () => {
    const { made, drops } = tracks(() => new Promise(() => undefined));
    made.feed('cam-1', track(...Array.from({ length: 120 }, () => motion('1'))));
    made.feed('cam-2', track(motion('1')));
    await settled();
    expect(drops).toEqual(Array.from({ length: 20 }, () => 'metadata-too-fast'));
  });

  it('are forgotten with their camera: what was half heard of it is no part of what comes later', async () => {
    const { made, readings } = tracks();
    const bytes = track(motion('1'));
    for (const camera of ['cam-1', 'cam-2']) made.feed(camera, bytes.subarray(0, 70));
    made.keep(['cam-2']);
    for (const camera of ['cam-1', 'cam-2']) made.feed(camera, bytes.subarray(70));
    await settled();
    expect(readings.map(({ deviceId }) => deviceId)).toEqual(['cam-2']);
  });

  it('go on where the store refuses one', async () => {
    let count = 0;
    const { made, readings, failures } = tracks(async () => {
      if (++count === 1) throw new Error('full');
    });
    made.feed('cam-1', track(motion('1'), motion('0')));
    await settled();
    expect(failures).toEqual(['cam-1: Error: full']);
    expect(readings).toHaveLength(1);
  });
});
