import { describe, expect, it } from '@jest/globals';
import { sampleIncident } from '../testing/samples.js';
import { decodeEntry, decodeHello } from './entry.js';

const line = (data: unknown, event = 'incident', id = '12') => ({ event, id, data: JSON.stringify(data) });

describe('a line of the feed', () => {
  it('carries its subject as it is now', () => {
    const payload = sampleIncident();
    const entry = decodeEntry(
      line({ topic: 'incident', subject: 'i1', compound: 'c1', at: '2026-03-01T08:00:00Z', payload }),
    );
    expect(entry).toEqual({
      topic: 'incident',
      position: 12,
      subject: 'i1',
      compound: 'c1',
      at: '2026-03-01T08:00:00Z',
      body: payload,
    });
  });

  it('without a payload says only that the subject has changed', () => {
    expect(decodeEntry(line({ subject: 'i1' }))).toMatchObject({ subject: 'i1', body: null });
  });

  it('of a topic that a newer cloud added is left aside', () => {
    expect(decodeEntry(line({ subject: 'x' }, 'weather'))).toBeUndefined();
  });

  it.each([
    ['no position', { event: 'incident', id: '', data: '{"subject":"i1"}' }],
    ['a position that is no number', { event: 'incident', id: 'x', data: '{"subject":"i1"}' }],
    ['no JSON', { event: 'incident', id: '1', data: '{' }],
    ['no subject', { event: 'incident', id: '1', data: '{}' }],
  ])('with %s is left aside', (_what, message) => expect(decodeEntry(message)).toBeUndefined());
});

describe('the greeting', () => {
  it('says where the feed stands and what time it is', () => {
    const hello = { position: 41, serverTime: '2026-03-01T08:00:00.000Z' };
    expect(decodeHello(JSON.stringify(hello))).toEqual(hello);
  });

  it('that says neither is none', () => expect(decodeHello('{"position":"41"}')).toBeUndefined());
});
