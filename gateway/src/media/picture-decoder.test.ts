import { describe, expect, it } from '@jest/globals';
import { AnGridError } from '@angrid/contract';
import { VirtualClock } from '@angrid/runtime';
import type { JobOptions } from './ffmpeg-child.js';
import { pictureArguments, pictureFilter } from './ffmpeg-commands.js';
import { PictureDecoder } from './picture-decoder.js';

/** An ffmpeg of which only is known what it was given. */
class Pretended {
  given: string[] | undefined;
  private fail: (cause: unknown) => void = () => undefined;
  readonly output: Promise<Buffer>;

  constructor(readonly job: JobOptions) {
    this.output = new Promise((resolve, reject) => {
      this.fail = reject;
      Promise.all(job.feeds ?? []).then((feeds) => {
        this.given = feeds.map(String);
        resolve(Buffer.from(`picture of ${this.given.join(' ')}`));
      }, reject);
    });
  }

  end(): void {
    this.fail(new AnGridError('media.cut-failed', { op: 'media.decode', subject: 'picture', detail: 'killed' }));
  }
}

describe('the decoder of pictures', () => {
  function begin() {
    const clock = new VirtualClock('2026-05-01T12:00:00Z');
    const started: Pretended[] = [];
    const run = (job: JobOptions) => {
      const child = new Pretended(job);
      started.push(child);
      return child.output;
    };
    const decoder = new PictureDecoder({ run, clock, ffmpeg: 'ffmpeg', timeoutMs: 1000 });
    const decode = async (index: number) =>
      String(await decoder.decode({ camera: 'cam', ts: Buffer.from('ts'), index }));
    return { clock, started, decoder, decode };
  }

  it('gives an order to the one on standby, and starts the next a second later', async () => {
    const { clock, started, decoder, decode } = begin();
    await decoder.keepReady(true);
    expect(started.map(({ job, given }) => [job.args, given])).toEqual([[pictureArguments(), undefined]]);
    expect(await decode(7)).toBe(`picture of ts ${pictureFilter(7)}`);
    expect(started).toHaveLength(1);
    await clock.advance(1000);
    expect(started).toHaveLength(2);
  });

  it('keeps one alone, however often it is told to', async () => {
    const { started, decoder } = begin();
    for (let times = 0; times < 3; times += 1) await decoder.keepReady(true);
    expect(started).toHaveLength(1);
  });

  it('starts one of its own for an order that comes while there is none on standby', async () => {
    const { started, decoder, decode } = begin();
    await decoder.keepReady(true);
    expect(await Promise.all([decode(1), decode(2)])).toEqual([`picture of ts ${pictureFilter(1)}`, 'picture of ts']);
    expect(started.map(({ job }) => job.args)).toEqual([pictureArguments(), pictureArguments(pictureFilter(2))]);
  });

  it('does without one that ended while it waited, and starts none in its place before the next order', async () => {
    const { clock, started, decoder, decode } = begin();
    await decoder.keepReady(true);
    started[0]?.end();
    await clock.advance(60_000);
    expect(started).toHaveLength(1);
    expect(await decode(3)).toBe('picture of ts');
    await clock.advance(1000);
    expect(started.map(({ job }) => job.feeds?.length)).toEqual([2, 1, 2]);
  });

  it('names the camera in its failure', async () => {
    const { started, decoder, decode } = begin();
    await decoder.keepReady(true);
    const failure = decode(1);
    started[0]?.end();
    await expect(failure).rejects.toMatchObject({ code: 'media.cut-failed', subject: 'cam', detail: 'killed' });
  });

  it('dismisses the one on standby when there is no camera any more, and keeps none from then on', async () => {
    const { clock, started, decoder, decode } = begin();
    await decoder.keepReady(true);
    await decoder.keepReady(false);
    await expect(started[0]?.output).rejects.toMatchObject({ code: 'media.no-footage' });
    await decode(1);
    await clock.advance(60_000);
    expect(started).toHaveLength(2);
  });
});
