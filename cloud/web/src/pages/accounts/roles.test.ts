import { expect, test } from '@jest/globals';
import type { AccountDraft } from '../../api/admin-types.js';
import { draftFault, linkAddress, tidied, dutiesFor } from './roles.js';

const draft = (part: Partial<AccountDraft> = {}): AccountDraft => ({
  login: 'duty',
  label: 'Duty desk',
  role: 'property-manager',
  compounds: ['c1'],
  unitPaths: [],
  duties: [],
  locale: 'zh-CN',
  ...part,
});

test.each([
  ['Duty', 'login'],
  ['d', 'login'],
  ['duty', undefined],
])('the login %s', (login, fault) => expect(draftFault(draft({ login }))).toBe(fault));

test('nobody gets an account without a scope, except who sees everything by role', () => {
  expect(draftFault(draft({ compounds: [] }))).toBe('scope');
  expect(draftFault(draft({ role: 'police' }))).toBe('scope');
  expect(draftFault(draft({ role: 'police', unitPaths: ['suxi'] }))).toBeUndefined();
  expect(draftFault(draft({ role: 'auditor', compounds: [] }))).toBeUndefined();
});

test('a scope that the role does not use is not sent', () => {
  const both = draft({ role: 'grid-member', compounds: ['c1'], unitPaths: ['suxi'] });
  expect(tidied(both)).toMatchObject({ compounds: [], unitPaths: ['suxi'] });
});

test('the one-time secret stands behind the #, where no server sees it', () => {
  expect(linkAddress('https://cloud.example.org', 'ab/c')).toBe('https://cloud.example.org/setup#ab%2Fc');
  expect(linkAddress('https://x', 'https://cloud.example.org/setup#abc')).toBe('https://cloud.example.org/setup#abc');
});

test('offers the duties of the playbooks that a role may hold, the registrar, and what is held already', () => {
  const words = (text: string) => ({ 'zh-CN': text, en: text });
  const known = [
    { id: 'grid-head', name: words('head'), heldBy: ['grid-member'] },
    { id: 'officer', name: words('officer'), heldBy: ['police'] },
  ];
  const ids = (held: readonly string[]) => dutiesFor('grid-member', known, held).map(({ id }) => id);
  expect(ids([])).toEqual(['grid-head', 'registrar']);
  expect(ids(['officer', 'watch'])).toEqual(['grid-head', 'officer', 'registrar', 'watch']);
});
