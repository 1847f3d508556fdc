import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { breakingChanges } from './openapi/breaking-changes.js';
import { answersOf, asTheConsoleReads, readConsoleCalls } from './openapi/console-calls.js';
import type { Part } from './openapi/schema.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('a call of the console that leads nowhere is refused', () => {
  const call = { at: 'doors.ts:1', method: 'GET', path: '/api/doors/{}', answer: {} };
  const document: Part = { paths: { '/api/doors': { get: {} }, '/api/doors/{id}': { put: {} } } };
  const read = () => asTheConsoleReads(document, { calls: [call], components: new Map() });
  expect(read).toThrow('doors.ts:1: the cloud has no GET /api/doors/{}');
});

it('the console reads every answer as the cloud gives it', () => {
  const text = readFileSync(`${root}/deploy/reference/openapi.json`, 'utf8');
  const written = JSON.parse(text) as Part;
  const calls = readConsoleCalls(root);
  expect(calls.calls.length).toBeGreaterThan(70);
  expect(breakingChanges(asTheConsoleReads(written, calls), answersOf(written))).toEqual([]);
});
