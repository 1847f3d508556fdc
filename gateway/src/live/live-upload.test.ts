import type { Readable } from 'node:stream';
import { AnGridError, type LivePart } from '@angrid/contract';
import { VirtualClock } from '@angrid/runtime';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { LiveUpload } from './live-upload.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const fragment = (mark: number, key = false, bytes = 1): LivePart => ({
  ...{ kind: 'fragment', key },
  bytes: new Uint8Array(bytes).fill(mark),
});

interface Request {
  readonly body: Readable;
  readonly answer: (error?: AnGridError) => void;
}

describe('the upload of a live view', () => {
  let clock: VirtualClock;
  let requests: Request[];
  let upload: LiveUpload;

  beforeEach(() => {
    clock = new VirtualClock('2026-05-01T10:00:00Z');
    requests = [];
    upload = new LiveUpload({
      clock,
      signal: new AbortController().signal,
      send: (body) =>
        new Promise((resolve, reject) => {
          requests.push({ body, answer: (error) => (error ? reject(error) : resolve()) });
        }),
    });
  });

  const marks = async (request: number): Promise<number[]> => {
    const { body } = requests[request] ?? {};
    const all: Buffer[] = [];
    const take = (bytes: Buffer): void => void all.push(bytes);
    body?.on('data', take).resume();
    for (let turns = 0; turns < 10; turns += 1) await turn();
    body?.off('data', take).pause();
    return [...Buffer.concat(all)];
  };

  it('begins with a key picture and goes on in the next request where the last one ended', async () => {
    upload.push(fragment(1));
    upload.push(fragment(2, true));
    await clock.advance(10_000);
    upload.push(fragment(3));
    upload.push(fragment(4));
    expect(await marks(0)).toEqual([2, 3]);
    expect(requests).toHaveLength(1);
    requests[0]?.answer();
    await turn();
    upload.push(fragment(5));
    expect(await marks(1)).toEqual([4, 5]);
  });

  it('leaves pictures out where the line is slow, and goes on with a key picture when it is free', async () => {
    const half = 600_000;
    upload.push(fragment(1, true, half));
    upload.push(fragment(2, false, half));
    upload.push(fragment(3, false, half));
    upload.push(fragment(4, true, 1));
    expect(new Set(await marks(0))).toEqual(new Set([1, 2]));
    upload.push(fragment(5));
    upload.push(fragment(6, true));
    upload.push(fragment(7));
    expect(await marks(0)).toEqual([6, 7]);
  });

  it('fails as soon as the cloud refuses, whatever is under way', async () => {
    upload.push(fragment(1, true));
    requests[0]?.answer(new AnGridError('live.ended', { op: 'test' }));
    await expect(upload.failed).rejects.toMatchObject({ code: 'live.ended' });
  });
});
