import { describe, expect, it } from '@jest/globals';
import { type Addressee, isAddressee, type LegAddress } from './addressees.js';

const person = (role: Addressee['role'], ...duties: readonly string[]): Addressee => {
  return { id: 'a1', role, duties, unitPaths: role === 'property-manager' ? [] : ['suxi/v1'] };
};
const police = (...duties: readonly string[]): Addressee => person('police', ...duties);
const leg = (id: string, part: Partial<LegAddress> = {}): LegAddress => {
  return { kind: 'duty', id, unit: 'suxi/v1/b3', openTo: [], accounts: [], ...part };
};
const handling = leg('handling-officer', { openTo: ['police'] });
const responsible = leg('responsible-officer', { openTo: ['police'] });

describe('a leg is the matter of', () => {
  it('both officers where the station names none', () => {
    expect(isAddressee(handling, police())).toBe(true);
    expect(isAddressee(responsible, police('station-desk'))).toBe(true);
  });

  it('the named officer only, where there is one', () => {
    expect(isAddressee(handling, police('handling-officer'))).toBe(true);
    expect(isAddressee(responsible, police('handling-officer'))).toBe(false);
    expect(isAddressee(responsible, police('handling-officer', 'responsible-officer'))).toBe(true);
  });

  it('a grid member only by name', () => {
    expect(isAddressee(responsible, person('grid-member'))).toBe(false);
    expect(isAddressee(responsible, person('grid-member', 'responsible-officer'))).toBe(true);
    expect(isAddressee(handling, person('grid-member', 'responsible-officer'))).toBe(false);
  });

  it('confirmers on duty, then the station desk, then every property manager', () => {
    const rungs = [leg('confirmer'), leg('station-desk'), leg('property-manager', { openTo: ['property-manager'] })];
    const people = [
      person('grid-member', 'confirmer'),
      police('station-desk'),
      person('property-manager', 'confirmer'),
    ];
    expect(rungs.map((rung) => people.map((each) => isAddressee(rung, each)))).toEqual([
      [true, false, true],
      [false, true, false],
      [false, false, true],
    ]);
  });

  it('those who answer for its unit or one above, and not for one beside or below', () => {
    const to = (unit: string | null) => isAddressee({ ...handling, unit }, police());
    expect([to('suxi/v1'), to('suxi/v1/b3'), to(null)]).toEqual([true, true, true]);
    expect([to('suxi'), to('suxi/v10'), to('town/v1')]).toEqual([false, false, false]);
  });

  it('who is on duty by the roster, and nobody else', () => {
    expect(isAddressee({ ...handling, accounts: ['a1'] }, person('grid-member'))).toBe(true);
    expect(isAddressee({ ...handling, accounts: ['a2'] }, police())).toBe(false);
  });

  it('nobody at the console where it goes to a department', () => {
    expect(isAddressee(leg('four-platforms', { kind: 'department', openTo: ['police'] }), police())).toBe(false);
  });

  it('everybody of a unit that is to put something right', () => {
    const unit = leg('unit', { kind: 'unit', unit: 'suxi/v1', openTo: ['police', 'grid-member'] });
    expect([isAddressee(unit, person('grid-member', 'mediator')), isAddressee(unit, person('installer'))]).toEqual([
      true,
      false,
    ]);
  });
});
