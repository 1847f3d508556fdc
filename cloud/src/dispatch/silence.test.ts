import { describe, expect, it } from '@jest/globals';
import { MatterStory, sampleMatter, T0 } from '../../testing/matter-story.js';
import type { Matter } from './matter.js';
import { pushes } from './plan.fixture.js';
import type { Silence } from './silence.js';

describe('a silence', () => {
  const silence: Silence = {
    id: 's1',
    reason: 'works at the gate',
    from: T0,
    until: new Date(T0.getTime() + 3_600_000),
    compound: 'c1',
    unit: 'suxi/v1',
    device: null,
    kind: null,
  };
  const under = (matter: Partial<Matter>, part: Partial<Silence> = {}) =>
    new MatterStory(pushes, sampleMatter(matter), { silences: [{ ...silence, ...part }] });

  it('opens no leg, and the incident says whose it is', () => {
    const story = under({});
    expect(story.legs).toEqual([]);
    expect(story.notes).toMatchObject([{ action: 'silenced', detail: { silence: 's1', reason: 'works at the gate' } }]);
  });

  it.each<[string, Partial<Matter>, Partial<Silence>]>([
    ['another unit', {}, { unit: 'suxi/v1/b4' }],
    ['a unit whose name only begins alike', {}, { unit: 'suxi/v' }],
    ['another compound', { compound: 'c2' }, {}],
    ['the time after it', {}, { until: T0 }],
    ['what is confirmed', { confirmed: true }, {}],
    ['what is urgent', { severity: 1 }, {}],
    ['what is restricted', { restricted: true, event: 'sos.raised', severity: 1 }, {}],
    ['what a person reports', { source: 'person', confirmed: true }, {}],
  ])('does not hold for %s', (_, matter, part) => {
    expect(under(matter, part).legs.length).toBeGreaterThan(0);
  });

  it('holds for what is urgent only by its name', () => {
    expect(under({ severity: 1, event: 'door.forced' }, { kind: 'door.forced' }).legs).toEqual([]);
  });

  describe('of a device or a kind', () => {
    const signals = [
      { device: 'door', kind: 'door.held_open' },
      { device: 'yard-cam', kind: 'behaviour.climb' },
    ] as const;
    const ofDoor = { ...silence, device: 'door' };
    const later = { ...silence, until: new Date(T0.getTime() + 7_200_000) };
    const told = (...silences: readonly Silence[]) => new MatterStory(pushes, sampleMatter({ signals }), { silences });

    it('holds for nothing that another device or kind has told, too', () => {
      expect(under({ signals }, { device: 'door' }).legs).toHaveLength(1);
      expect(under({ signals }, { kind: 'door.held_open' }).legs).toHaveLength(1);
      expect(under({ signals: signals.slice(0, 1) }, { device: 'door', kind: 'door.held_open' }).legs).toEqual([]);
    });

    it('holds together with those of the others, until the first of them ends', () => {
      const story = told({ ...later, device: 'yard-cam' }, ofDoor);
      expect(story.legs).toEqual([]);
      expect(story.notes).toMatchObject([{ detail: { until: silence.until.toISOString() } }]);
    });
  });
});
