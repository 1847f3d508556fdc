import { describe, expect, it } from '@jest/globals';
import { eventKinds, isEventKind, kindDefinition, laneOf } from './kinds.js';

describe.each(eventKinds)('%s', (kind) => {
  const { title, standing, severity, clears } = kindDefinition(kind);

  it('has a title in both languages', () => {
    expect(title['zh-CN']).toMatch(/\p{Script=Han}/u);
    expect(title.en).toMatch(/^[A-Z][a-z A-Z-]+$/);
  });

  it('has a severity exactly where somebody may have to look', () => {
    expect(severity !== undefined).toBe(standing === 'alert' || standing === 'supporting');
    expect([undefined, 1, 2, 3, 4]).toContain(severity);
  });

  it('ends an alert that exists, or none', () => {
    expect(clears !== undefined).toBe(standing === 'clears');
    if (clears === undefined) return;
    expect(isEventKind(clears) ? kindDefinition(clears).standing : clears).toMatch(/^(alert|supporting)$/);
  });

  it('goes ahead of ordinary passages unless it is one', () => {
    expect(laneOf(kind)).toBe(standing === 'record' ? 'record' : 'alarm');
  });
});

describe('the registry of kinds', () => {
  it('knows its kinds and no others', () => {
    expect(isEventKind('door.forced')).toBe(true);
    for (const other of ['door.unlocked', '__proto__', 'constructor', '']) expect(isEventKind(other)).toBe(false);
  });

  it('has one title for one kind', () => {
    for (const locale of ['zh-CN', 'en'] as const) {
      expect(new Set(eventKinds.map((kind) => kindDefinition(kind).title[locale])).size).toBe(eventKinds.length);
    }
  });

  it('says nothing of a person', () => {
    expect(eventKinds.filter((kind) => /face|name|stranger|watch|blacklist/.test(kind))).toEqual([]);
  });
});
