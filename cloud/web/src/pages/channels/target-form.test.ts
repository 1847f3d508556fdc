import { describe, expect, it } from '@jest/globals';
import { changesOf, draftOf, emptyForm, isReady } from './target-form.js';

const form = { ...emptyForm(), name: ' East gate ', address: ' https://example.org/x ' };

describe('the form of a channel', () => {
  it('is ready with a name and an address, and a webhook with its secret', () => {
    expect(isReady(form, false)).toBe(true);
    expect(isReady({ ...form, name: ' ' }, false)).toBe(false);
    expect(isReady({ ...form, channel: 'webhook' }, false)).toBe(false);
    expect(isReady({ ...form, address: '' }, true)).toBe(true);
  });

  it('means every unit and every duty where it names none', () => {
    expect(draftOf(form)).toMatchObject({
      name: 'East gate',
      address: 'https://example.org/x',
      unitPath: null,
      duty: null,
    });
  });

  it('leaves address and secret as they are where nothing is typed', () => {
    expect(Object.keys(changesOf({ ...form, address: '' }))).toEqual(['name', 'unitPath', 'duty']);
    expect(changesOf({ ...form, secret: 'new' })).toMatchObject({ secrets: ['new'] });
  });
});
