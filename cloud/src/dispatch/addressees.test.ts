import { describe, expect, it } from '@jest/globals';
import { isAddressee } from './addressees.js';

const police = (...duties: readonly string[]) => ({ role: 'police', duties }) as const;
const handling = { role: 'handling-officer', rung: 0 } as const;
const responsible = { role: 'responsible-officer', rung: 0 } as const;

describe('a leg is the matter of', () => {
  it('both officers where the station names none', () => {
    expect(isAddressee(handling, police())).toBe(true);
    expect(isAddressee(responsible, police())).toBe(true);
  });

  it('the named officer only, where there is one', () => {
    expect(isAddressee(handling, police('handling-officer'))).toBe(true);
    expect(isAddressee(responsible, police('handling-officer'))).toBe(false);
    expect(isAddressee(responsible, police('handling-officer', 'responsible-officer'))).toBe(true);
  });

  it('a grid member only as the responsible officer', () => {
    expect(isAddressee(responsible, { role: 'grid-member', duties: [] })).toBe(false);
    expect(isAddressee(responsible, { role: 'grid-member', duties: ['responsible-officer'] })).toBe(true);
    expect(isAddressee(handling, { role: 'grid-member', duties: ['handling-officer'] })).toBe(false);
  });

  it('confirmers on duty, then the station desk, then every property manager', () => {
    const rung = (number: number) => ({ role: 'confirmer', rung: number }) as const;
    const confirmer = { role: 'grid-member', duties: ['confirmer'] } as const;
    const manager = { role: 'property-manager', duties: [] } as const;
    const ladder = [0, 1, 2].map((number) =>
      [confirmer, police('station-desk'), manager].map((person) => isAddressee(rung(number), person)),
    );
    expect(ladder).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
  });

  it('nobody at the console where it goes to the four platforms', () => {
    expect(isAddressee({ role: 'four-platforms', rung: 0 }, police())).toBe(false);
  });
});
