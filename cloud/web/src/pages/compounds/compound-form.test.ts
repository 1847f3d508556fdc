import { expect, test } from '@jest/globals';
import { compoundFault, compoundOf, emptyForm, formOf } from './compound-form.js';

const filled = () => ({ ...emptyForm(), id: 'hexie', name: 'Harmony Garden', contact: 'Office 1' });

test('a compound goes through the form unchanged', () => {
  const compound = compoundOf(filled());
  expect(compoundOf(formOf(compound))).toEqual(compound);
  expect(compound).not.toHaveProperty('rules');
  expect(compound.playbook).toBeNull();
  expect(compoundOf({ ...formOf(compound), playbook: 'suxi' }).playbook).toBe('suxi');
});

test.each([
  ['id', { id: 'a b' }],
  ['name', { name: ' ' }],
  ['contact', { contact: '' }],
])('the fault %s is named', (fault, part) => expect(compoundFault({ ...filled(), ...part })).toBe(fault));

test('a filled form has no fault', () => expect(compoundFault(filled())).toBeUndefined());
