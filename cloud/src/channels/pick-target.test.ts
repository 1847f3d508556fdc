import { describe, expect, it } from '@jest/globals';
import { pickTarget, type RoutableTarget } from './pick-target.js';

const target = (id: string, unitPath: string | null, duty: string | null = null): RoutableTarget => ({
  ...{ id, channel: 'wecom', unitPath, duty },
});
const targets = [
  target('everywhere', null),
  target('town', 'suxi'),
  target('village', 'suxi/v1'),
  target('village officers', 'suxi/v1', 'responsible-officer'),
  target('ten', 'suxi/v10'),
  { ...target('mail', 'suxi/v1'), channel: 'email' as const },
];
const to = (unitPath: string | null, duty: string | null = null) =>
  pickTarget(targets, { channel: 'wecom', unitPath, duty })?.id;

describe('the target of a leg', () => {
  it('is that of the nearest unit above it', () => {
    expect(to('suxi/v1/b3')).toBe('village');
    expect(to('suxi/v2')).toBe('town');
    expect(to('luhe/d1')).toBe('everywhere');
    expect(to(null)).toBe('everywhere');
  });

  it('takes no unit for another whose name begins alike', () => {
    expect(to('suxi/v100')).toBe('town');
  });

  it('is the one for its duty, where there is one', () => {
    expect(to('suxi/v1', 'responsible-officer')).toBe('village officers');
    expect(to('suxi/v1', 'grid-head')).toBe('village');
  });

  it('is none where the channel has none', () => {
    expect(pickTarget(targets, { channel: 'dingtalk', unitPath: 'suxi', duty: null })).toBeUndefined();
  });
});
