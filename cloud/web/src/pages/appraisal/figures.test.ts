import { describe, expect, it } from '@jest/globals';
import { courseOf, percent, shareOf, spreadText, starText } from './figures.js';

const t = (key: string, holes?: Record<string, unknown>): string => `${holes?.['n'] ?? ''}${key.slice(4)} `;

describe('a figure', () => {
  it('is told with one decimal, and as a dash where there is nothing to count', () => {
    expect(percent(11_059 / 11_152)).toBe('99.2 %');
    expect(percent(shareOf(0, 0))).toBe('–');
    expect(percent(shareOf(0, 3))).toBe('0.0 %');
  });

  it('of times is the median and what nine in ten do not exceed', () => {
    expect(spreadText({ p50: 10_000, p90: null }, t)).toBe('10second  / –');
  });

  it('shows five stars, the missing ones empty, and none where none are given', () => {
    expect([starText(3), starText(5), starText(0), starText(null)]).toEqual(['★★★☆☆', '★★★★★', '☆☆☆☆☆', '']);
  });
});

describe('a course', () => {
  const form = {
    unit: 'u',
    title: ' first aid ',
    heldOn: '2026-02-20',
    attendance: { head: 12, mediator: 0, guide: undefined },
  };

  it('is sent with the duties whose holders attended', () => {
    expect(courseOf(form)).toEqual({ ...form, title: 'first aid', attendance: { head: 12 } });
  });

  it('is not sent while anything is missing', () => {
    for (const wrong of [{ unit: '' }, { title: ' x' }, { heldOn: '' }, { attendance: {} }]) {
      expect(courseOf({ ...form, ...wrong })).toBeUndefined();
    }
  });
});
