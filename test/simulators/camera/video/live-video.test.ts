import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@angrid/runtime';
import { type LivePicture, LiveVideo } from './live-video.js';
import { testFootage } from './test-footage.js';

const footage = testFootage();

function watched(video: LiveVideo): { pictures: LivePicture[]; leave: () => void } {
  const pictures: LivePicture[] = [];
  return { pictures, leave: video.watch((picture) => pictures.push(picture)) };
}

describe('live video', () => {
  it('sends fifteen pictures a second', async () => {
    const clock = new VirtualClock();
    const { pictures } = watched(new LiveVideo(footage, clock));
    await clock.advance(10_000 - 1);
    expect(pictures).toHaveLength(150);
  });

  it('goes on evenly over the end of the loop', async () => {
    const clock = new VirtualClock();
    const { pictures } = watched(new LiveVideo(footage, clock));
    await clock.advance(9_000);
    const steps = pictures.slice(1).map((picture, index) => picture.mediaTime - (pictures[index]?.mediaTime ?? 0));
    expect(new Set(steps)).toEqual(new Set([6_000]));
    expect(pictures.filter(({ keyframe }) => keyframe).map(({ mediaTime }) => mediaTime / 90_000)).toEqual([
      0, 2, 4, 6, 8,
    ]);
  });

  it('starts with a key frame for the first viewer, also after a pause', async () => {
    const clock = new VirtualClock();
    const video = new LiveVideo(footage, clock);
    const first = watched(video);
    await clock.advance(500);
    first.leave();
    await clock.advance(60_000);
    const second = watched(video);
    await clock.advance(0);
    expect(second.pictures.map(({ keyframe }) => keyframe)).toEqual([true]);
    expect(first.pictures).toHaveLength(8);
  });

  it('shows all viewers the same pictures', async () => {
    const clock = new VirtualClock();
    const video = new LiveVideo(footage, clock);
    const first = watched(video);
    await clock.advance(1_000);
    const second = watched(video);
    await clock.advance(1_000);
    expect(second.pictures).toEqual(first.pictures.slice(-second.pictures.length));
  });
});
