import { expect, test } from '@jest/globals';
import { addresseeOf } from './addressee.js';

const words = { pick: (text: { en: string }) => text.en, word: (_: string, value: string) => value };
const names = { officer: { 'zh-CN': '', en: 'Handling officer' }, secretary: { 'zh-CN': '', en: 'Village secretary' } };
const leg = (role: string, id: string) => ({ role, to: { kind: 'duty' as const, id, unit: null } });

test('role and name of an addressee are each said once', () => {
  const said = (role: string, id: string) => addresseeOf({ names }, leg(role, id), words);
  expect(said('first-handler', 'secretary')).toEqual(['first-handler', 'Village secretary']);
  expect(said('Handling', 'officer')).toEqual(['Handling officer']);
  expect(said('four-platforms', 'unknown')).toEqual(['four-platforms']);
});
