import { describe, expect, it } from '@jest/globals';
import type { Scope } from '../../platform/database/index.js';
import { type Affected, compoundsOf, readingsOf, type Sight } from './readings.js';

const topics = ['alert'] as const;
const all = { units: 'all', actor: 'somebody' } as const;
const sight = (scope: Scope): Sight => ({ scope, topics });

const auditor = sight({ ...all, compounds: 'all' });
const manager = sight({ ...all, compounds: ['c1', 'c2'] });
const other = sight({ ...all, compounds: ['c3'] });
const entitled = sight({ ...all, compounds: 'all', restricted: 'all' });
const police = sight({ compounds: 'all', units: ['suxi/v1'], actor: 'somebody' });

/** Something has happened there, in two buildings of two villages. */
const affected = (compounds: readonly string[]): readonly Affected[] =>
  compounds.map((compound) => ({ compound, paths: ['suxi/v1/b3', 'suxi/v10/b3'] }));

const viewersOf = (viewers: readonly Sight[], compounds: readonly string[]) =>
  readingsOf(viewers, affected(compounds)).map((reading) => [reading.scope.compounds, reading.viewers]);

describe('what has happened in a compound', () => {
  it('is read once for all who see all of it, whatever else they see', () => {
    expect(viewersOf([auditor, manager, other], ['c1'])).toEqual([[['c1'], [auditor, manager]]]);
  });

  it('is read by itself for who sees some of its units, or what is restricted', () => {
    expect(viewersOf([auditor, police, entitled], ['c1'])).toEqual([
      [['c1'], [auditor]],
      [['c1'], [police]],
      [['c1'], [entitled]],
    ]);
  });

  it('is read once for all who see the same of its units, and within these alone', () => {
    const neighbour = sight({ compounds: 'all', units: ['suxi/v1/b3', 'suxi/v2'], actor: 'neighbour' });
    const town = sight({ compounds: 'all', units: ['suxi'], actor: 'town' });
    const readings = readingsOf([police, neighbour, town], affected(['c1']));
    expect(readings.map(({ scope, viewers }) => [scope.units, viewers])).toEqual([
      [['suxi/v1/b3'], [police, neighbour]],
      [['suxi/v1/b3', 'suxi/v10/b3'], [town]],
    ]);
  });

  it('is not read where nobody sees it', () => {
    expect(viewersOf([other], ['c1', 'c2'])).toEqual([]);
    expect(viewersOf([sight({ compounds: 'all', units: ['suxi/v2'], actor: 'elsewhere' })], ['c1'])).toEqual([]);
  });

  it('is read apart from what has happened in another one', () => {
    expect(viewersOf([auditor, other], ['c1', 'c3'])).toEqual([
      [['c1'], [auditor]],
      [['c3'], [auditor, other]],
    ]);
  });

  it('shows of what is restricted no more than before', () => {
    const confirmer = sight({ ...all, compounds: ['c1', 'c2'], restricted: ['c1'] });
    const scopes = readingsOf([confirmer, entitled], affected(['c1', 'c2'])).map(({ scope }) => scope);
    expect(scopes.map(({ restricted }) => restricted)).toEqual([['c1'], [], ['c2']]);
  });

  it('is read apart for who may not hear of all topics', () => {
    const installer = { ...auditor, topics: ['device'] as const };
    expect(viewersOf([auditor, installer], ['c1'])).toHaveLength(2);
  });
});

describe('what a reading for several viewers looks at', () => {
  it('are the compounds of all of them, each once', () => {
    expect(compoundsOf([manager, other, manager])).toEqual(['c1', 'c2', 'c3']);
    expect(compoundsOf([manager, auditor])).toBe('all');
  });
});
