import { beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@angrid/runtime';
import type { AccessUnit } from './access-units.js';
import type { StreamNotice } from './gray-frame.js';
import { PictureNotes } from './picture-notes.js';

const START_CODE = '00000001';
const LARGE = '67640028acd940780227e5c044000003000400000300283c60c658';
const SMALL = '67640016acd940a02ff970110000030001000003000a0f162d96';

describe('what coded pictures tell by themselves', () => {
  let clock: VirtualClock;
  let notes: PictureNotes;
  let told: StreamNotice[];

  beforeEach(() => {
    clock = new VirtualClock();
    told = [];
    notes = new PictureNotes('cam', clock, (notice) => told.push(notice));
  });

  const kinds = (): string[] => told.map(({ kind }) => kind);

  async function show(content: string, more: Partial<AccessUnit> = {}, source: 'main' | 'sub' = 'sub'): Promise<void> {
    await clock.advance(1000);
    notes.take({ ...unit(content), ...more }, 'h264', source);
  }

  function unit(content: string): AccessUnit {
    const buffer = Buffer.from(content, 'hex');
    const rtpTime = Math.round(clock.monotonic() * 90);
    return { buffer, start: 0, end: buffer.length, key: true, rtpTime, lost: 0 };
  }

  const key = (set: string, index: number): string => `${START_CODE}${set}${START_CODE}650${index}`;

  it('is nothing where all is well', async () => {
    for (const content of ['6501', '6502', '6503']) await show(content);
    expect(told).toEqual([]);
  });

  it('is a gap where packets are missing, and where no picture came for a while', async () => {
    await show('6501');
    await show('6502', { lost: 4 });
    await clock.advance(6000);
    await show('6503');
    expect(told).toMatchObject([
      { camera: 'cam', kind: 'gap', lengthMs: 1000 },
      { camera: 'cam', kind: 'gap', lengthMs: 7000 },
    ]);
  });

  it('is a repetition where a key picture comes again, bit for bit or with the same time', async () => {
    await show('6501', { rtpTime: 1 });
    await show('6501', { rtpTime: 2 });
    await show('6502', { rtpTime: 2 });
    await show('4101', { rtpTime: 3, key: false });
    await show('4101', { rtpTime: 4, key: false });
    expect(kinds()).toEqual(['repeat', 'repeat']);
  });

  it('is another size', async () => {
    for (const [index, set] of [LARGE, LARGE, SMALL].entries()) await show(key(set, index));
    expect(told.filter(({ kind }) => kind === 'resolution')).toMatchObject([{ width: 640, height: 360 }]);
  });

  it('is another size of the stream that is recorded, while the other one is looked at', async () => {
    await show(key(SMALL, 1));
    for (const set of [LARGE, LARGE, SMALL]) notes.measure(unit(key(set, 2)), 'h264', 'main');
    await show(key(SMALL, 3));
    expect(told).toMatchObject([{ kind: 'resolution', width: 640, height: 360 }]);
  });

  it('is a gap, and no other size, where the other stream is looked at', async () => {
    await show(key(SMALL, 1));
    await show(key(LARGE, 2), {}, 'main');
    await show(key(SMALL, 3));
    expect(kinds()).toEqual(['gap', 'gap']);
  });
});
