import { describe, expect, it } from '@jest/globals';
import type { EvidenceData, Severity } from '@angrid/contract';
import { VirtualClock } from '@angrid/runtime';
import type { GrayFrame } from '../media/gray-frame.js';
import type { EvidenceRequest, StoredEvidence } from '../media/media.js';
import type { SiteFacts } from '../normalise/index.js';
import { recordingLog } from '../outbox/outbox.fixture.js';
import { Tally } from '../telemetry/tally.js';
import { EvidenceDesk } from './evidence-desk.js';

const OUTSIDE_RING = 1;

describe('the evidence of an alert', () => {
  const clock = new VirtualClock('2026-05-01T12:00:00Z');

  /** What is asked of the media side for an alert, and what is counted as left out. */
  async function ordered(
    severity: Severity,
    written: number,
    cameras = ['cam'],
    before = new Map<string, GrayFrame>(),
  ) {
    const asked: string[] = [];
    const tally = new Tally();
    const make = (kind: 'snapshot' | 'clip') => async (request: { camera: string }) => {
      asked.push(`${kind} ${request.camera}`);
      const data = {
        evidence: kind,
        kind,
        camera: request.camera,
        capturedAt: { wall: '' },
      } as unknown as EvidenceData;
      return { data, file: '' } as StoredEvidence;
    };
    const desk = new EvidenceDesk({
      media: {
        snapshot: (request: EvidenceRequest) => {
          const { camera, atMs } = request;
          const stored = make('snapshot')({ camera: atMs === clock.wall() ? camera : `${camera} at ${atMs}` });
          return atMs === OUTSIDE_RING ? Promise.reject(new Error('not in the ring')) : stored;
        },
        smallPicture: ({ camera }) => make('snapshot')({ camera: `small picture of ${camera}` }),
        clip: make('clip'),
        writing: () => ({ day: '2026-05-01', bytes: written, budget: 1000 }),
      },
      outbox: { append: async () => 'stored' },
      ...{ clock, log: recordingLog().log, tally, onStored: () => undefined },
      before: (camera) => before.get(camera),
      facts: () => ({ gateway: 'gw-1', purpose: 'public-safety', siteClass: 'art7' }) as SiteFacts,
    });
    desk.order('a'.repeat(64), cameras, severity);
    await desk.idle();
    return { asked, drops: tally.takeDrops() };
  }

  it('is a snapshot and a clip of every camera that looks at it', async () => {
    const { asked, drops } = await ordered(3, 999, ['cam-1', 'cam-2']);
    expect(asked).toEqual(['snapshot cam-1', 'clip cam-1', 'snapshot cam-2', 'clip cam-2']);
    expect(drops).toEqual({});
  });

  it('is the last good picture too of a camera that cannot see: small where the ring does not reach back so far', async () => {
    const seen = (camera: string, wallMs: number) => ({ camera, wallMs, monotonicMs: wallMs }) as GrayFrame;
    const before = new Map([
      ['covered', seen('covered', 90)],
      ['frozen', seen('frozen', 1)],
    ]);
    const { asked } = await ordered(3, 0, ['covered', 'frozen', 'well'], before);
    expect(asked.filter((one) => one.startsWith('snapshot')).sort()).toEqual([
      'snapshot covered',
      'snapshot covered at 90',
      'snapshot frozen',
      'snapshot frozen at 1',
      'snapshot small picture of frozen',
      'snapshot well',
    ]);
  });

  it('has no clip for low severity once the writes of the day are used up, which is counted', async () => {
    for (const severity of [1, 2] as const) expect((await ordered(severity, 5000)).asked).toHaveLength(2);
    for (const severity of [3, 4] as const) {
      expect(await ordered(severity, 1000)).toEqual({ asked: ['snapshot cam'], drops: { 'clip-write-budget': 1 } });
    }
  });
});
