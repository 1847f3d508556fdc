import { describe, expect, it } from '@jest/globals';
import { auditHash, type AuditRow } from './audit-log.js';

const row: AuditRow = {
  at: new Date('2026-03-01T02:00:00Z'),
  actor: 'a',
  role: 'police',
  action: 'silences.manage',
  audit_class: 'change',
  subject: 'POST /api/silences',
  compound_id: 'east',
  reason: null,
  detail: { made: '1', unit: 'suxi/1', kinds: ['door.forced'] },
};

describe('the hash of a row of the audit log', () => {
  it('does not depend on the order in which the database gives the details back', () => {
    const { kinds, made, unit } = row.detail;
    expect(auditHash('0', { ...row, detail: { kinds, unit, made } })).toBe(auditHash('0', row));
  });

  it.each([
    ['what was made', { made: '2' }],
    ['what was named', { unit: 'suxi/2' }],
    ['one of several', { kinds: ['door.held_open'] }],
    ['a detail more', { days: 1 }],
  ])('depends on %s', (_, change) => {
    expect(auditHash('0', { ...row, detail: { ...row.detail, ...change } })).not.toBe(auditHash('0', row));
  });
});
