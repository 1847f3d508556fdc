import { beforeAll, describe, expect, it } from '@jest/globals';
import { loadProfiles } from '../catalogue/load.js';

let profiles: Awaited<ReturnType<typeof loadProfiles>>;
beforeAll(async () => {
  profiles = await loadProfiles();
});

function named(profile: string, body: unknown): string | undefined {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return profiles.get(profile)?.names({ topic: 'mqtt/face/basic', body: Buffer.from(text) });
}

describe('the device that a message names', () => {
  it('is the one in its body', () => {
    expect(named('face-panel-mqtt', { operator: 'Online', info: { facesluiceId: '1305433' } })).toBe('1305433');
  });

  it.each([
    ['a message that names none', { operator: 'Online', info: {} }],
    ['a message that is no JSON', '{"operator":'],
    ['an empty message', ''],
  ])('is none for %s', (_what, body) => {
    expect(named('face-panel-mqtt', body)).toBeUndefined();
  });

  it('is none for a profile that reads no id from bodies', () => {
    expect(named('camera', { device: '7', info: { facesluiceId: '7' } })).toBeUndefined();
  });
});
