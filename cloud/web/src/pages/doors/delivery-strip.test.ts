import { describe, expect, it } from '@jest/globals';
import type { Delivery, DeviceGap, Outage } from '../../api/delivery-types.js';
import { spansOf } from './delivery-strip.js';

const at = (hour: number): string => new Date(Date.UTC(2026, 2, 1, hour)).toISOString();
const calm: Delivery = {
  proof: { proven: true, completeSince: at(0), completeUntil: at(24), doubts: [] },
  since: at(0),
  until: at(24),
  knownFrom: at(0),
  gaps: [],
  outages: [],
  counts: { events: 0, late: 0, duplicates: 0, rejected: {}, lost: 0, backfilled: 0, open: 0 },
  device: { state: 'online', since: at(0), cutOffSince: null },
  gatewaySilentSince: null,
  clockSkewMs: null,
};
const gap = (part: Partial<DeviceGap>): DeviceGap => ({
  ...({} as DeviceGap),
  state: 'lost',
  after: at(6),
  before: at(12),
  ...part,
});
const outage = (from: number, to: number): Outage => ({ ...({} as Outage), from: at(from), to: at(to) });

describe('the strip of a door', () => {
  it('is empty where nothing was missing', () => expect(spansOf(calm)).toEqual([]));

  it('is unknown before the door was first heard, and wherever it does not number its events', () => {
    expect(spansOf({ ...calm, knownFrom: at(6) })).toEqual([{ kind: 'unknown', from: 0, width: 0.25 }]);
    expect(spansOf({ ...calm, knownFrom: null })).toEqual([{ kind: 'unknown', from: 0, width: 1 }]);
    expect(spansOf({ ...calm, knownFrom: at(-6) })).toEqual([]);
  });

  it('shows what was lost as a share of the time', () => {
    expect(spansOf({ ...calm, gaps: [gap({})] })).toEqual([{ kind: 'lost', from: 0.25, width: 0.25 }]);
  });

  it('draws the loss over the absence that caused it', () => {
    const spans = spansOf({ ...calm, gaps: [gap({}), gap({ state: 'backfilled' })], outages: [outage(6, 12)] });
    expect(spans.map(({ kind }) => kind)).toEqual(['backfilled', 'away', 'lost']);
  });

  it('runs to now where the door is away, cut off, or its gateway silent', () => {
    const device = { state: 'offline', since: at(18), cutOffSince: at(12) } as const;
    expect(spansOf({ ...calm, device, gatewaySilentSince: at(21) })).toEqual([
      { kind: 'away', from: 0.75, width: 0.25 },
      { kind: 'away', from: 0.5, width: 0.5 },
      { kind: 'silent', from: 0.875, width: 0.125 },
    ]);
  });

  it('cuts at its ends, leaves out what lies before, and never lets a short loss vanish', () => {
    expect(spansOf({ ...calm, outages: [outage(-5, 6)] })).toEqual([{ kind: 'away', from: 0, width: 0.25 }]);
    expect(spansOf({ ...calm, outages: [outage(-9, -5)] })).toEqual([]);
    const [short] = spansOf({ ...calm, gaps: [gap({ after: at(24), before: at(24) })] });
    expect(short).toMatchObject({ width: 0.008, from: 0.992 });
  });
});
