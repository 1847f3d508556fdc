import { describe, expect, it } from '@jest/globals';
import type { Inventory } from '../drivers/onvif/index.js';
import { type CameraFacts, changesOf, factsOf } from './camera-facts.js';

const inventory: Inventory = {
  manufacturer: 'Acme',
  model: 'C-1',
  firmware: '1.10',
  serial: 'SN-7',
  profiles: [
    { token: 'main', name: 'Main', codec: 'H264', width: 1920, height: 1080, fps: 15, gop: 30, streamUri: 'rtsp://x/' },
    { token: 'audio', name: 'Audio', codec: '', width: 0, height: 0 },
  ],
};
const before = factsOf(inventory, '2026-01-01T00:00:00.000Z');
const later = (more: Partial<CameraFacts>): CameraFacts => ({ ...before, readAt: '2026-01-02T00:00:00.000Z', ...more });
const [main] = before.streams;
if (!main) throw new Error('no stream');

describe('what a camera is', () => {
  it('is its firmware and each of its video streams, without addresses', () => {
    expect(before.streams).toEqual([{ token: 'main', codec: 'H264', width: 1920, height: 1080, fps: 15, gop: 30 }]);
    expect(JSON.stringify(before)).not.toContain('rtsp');
  });
});

describe('a change', () => {
  it('is none where nothing is other than it was', () => {
    expect(changesOf(before, later({}))).toEqual([]);
  });

  it('of the firmware is told with both versions', () => {
    expect(changesOf(before, later({ firmware: '1.9' }))).toMatchObject([
      { kind: 'device.firmware_changed', attributes: { from: '1.10', to: '1.9' } },
    ]);
  });

  it.each([
    ['resolution', { width: 1280, height: 720 }, 'H264 1280x720 15 fps GOP 30'],
    ['frame rate', { fps: 25 }, 'H264 1920x1080 25 fps GOP 30'],
    ['codec', { codec: 'H265' }, 'H265 1920x1080 15 fps GOP 30'],
    ['distance of key frames', { gop: 250 }, 'H264 1920x1080 15 fps GOP 250'],
  ])('of the %s is told with the stream before and after', (_what, more, to) => {
    expect(changesOf(before, later({ streams: [{ ...main, ...more }] }))).toMatchObject([
      { kind: 'camera.stream_changed', attributes: { profile: 'main', from: 'H264 1920x1080 15 fps GOP 30', to } },
    ]);
  });

  it('is a stream that is gone or new, too', () => {
    const streams = [{ ...main, token: 'other' }];
    const changes = changesOf(before, later({ streams }));
    expect(changes.map(({ attributes: { profile, from, to } }) => [profile, from === 'none', to === 'none'])).toEqual([
      ['main', false, true],
      ['other', true, false],
    ]);
  });

  it('is the same event where it is found again, and another one where the same change comes back later', () => {
    const changed = later({ firmware: '1.9' });
    const [key] = changesOf(before, changed).map((change) => change.key);
    expect(changesOf(before, { ...changed, readAt: '2026-01-03T00:00:00.000Z' })[0]?.key).toBe(key);
    expect(changesOf(later({}), { ...changed, readAt: '2026-01-05T00:00:00.000Z' })[0]?.key).not.toBe(key);
  });

  it('fits into an event, whatever a camera calls its firmware', () => {
    const [change] = changesOf(before, later({ firmware: 'x'.repeat(2_000) }));
    expect(String(change?.attributes['to'])).toHaveLength(128);
  });
});
