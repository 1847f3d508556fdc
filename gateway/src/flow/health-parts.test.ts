import { batchLimits, type HealthData, healthDataSchema } from '@angrid/contract';
import { describe, expect, it } from '@jest/globals';
import { inParts } from './health-parts.js';
import { healthDraft } from './items.js';

const HASH = 'f'.repeat(64);
const facts = {
  gateway: 'gw-1',
  siteClass: 'art7',
  purpose: 'public-safety',
  timezone: 'Asia/Shanghai',
  pseudonym: () => '',
} as const;

function report(devices: number, unknown: number): HealthData {
  return {
    gatewayTime: { wall: '2026-01-01T00:00:00.000Z', monotonicMs: 1, boot: 'b' },
    version: '0.1.0',
    clockSynchronised: true,
    pending: { alarm: 0, record: 0, media: 0, quarantined: 0, bytes: 0 },
    diskFreeBytes: 0,
    devices: Array.from({ length: devices }, (_, index) => ({
      device: `${index}`.padStart(64, 'd'),
      state: 'unknown',
      since: '2026-01-01T00:00:00.000Z',
      clockSkewMs: -123_456.789,
      reach: 'needs-password',
    })),
    drops: { picture: 3 },
    unknown: Array.from({ length: unknown }, (_, index) => ({
      device: `${index}`.padStart(64, 'd'),
      topic: '门'.repeat(256),
      hash: HASH,
      count: 1,
    })),
  };
}

describe('a health report', () => {
  it.each([
    [0, 0],
    [1, 1],
    [600, 0],
    [1000, 100],
  ])('of %d devices and %d unknown messages goes up whole, in lines that the contract takes', (devices, unknown) => {
    const whole = report(devices, unknown);
    const parts = inParts(whole);
    const drafts = parts.map((part, index) => healthDraft(part, facts, index));
    for (const { json } of drafts) expect(Buffer.byteLength(json)).toBeLessThan(batchLimits.lineBytes - 64);
    expect(new Set(drafts.map(({ id }) => id)).size).toBe(parts.length);
    expect(parts.map((part) => healthDataSchema.safeParse(part).success)).not.toContain(false);
    expect(parts.flatMap((part) => part.devices)).toEqual(whole.devices);
    expect(parts.flatMap((part) => part.unknown)).toEqual(whole.unknown);
    expect(parts.filter((part) => part.drops['picture'] === 3)).toEqual(parts.slice(-1));
  });
});
