import { describe, expect, it } from '@jest/globals';
import { samplePush } from '../../testing/channel-samples.js';
import { cardText, digestText } from './card-text.js';

const AT = new Date('2026-03-01T02:03:00Z');
const KEY = '0190f1c0-0000-7000-8000-00005eed0001';
const attempt = (attempts: number) => ({ push: samplePush(KEY, {}, attempts), link: undefined });

describe('a card of a push that was tried before', () => {
  it('carries the number of the first one, and says that it is repeated', () => {
    const [first, again] = [0, 1].map((attempts) => cardText(attempt(attempts), 'zh-CN', AT).lines);
    expect(first).toContain('编号：5eed0001');
    expect(again).toEqual([...(first ?? []), '重复推送：上一次可能已经收到']);
  });

  it('is marked in a digest too', () => {
    const { lines } = digestText([attempt(0), attempt(1)], 'en', AT);
    expect(lines.map(({ text }) => text.endsWith('(repeated)'))).toEqual([false, true]);
  });
});
