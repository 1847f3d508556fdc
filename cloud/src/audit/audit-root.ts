import { AnGridError } from '@angrid/contract';

/** How many rows the audit log had, and the hash of the last of them. */
export interface AuditRoot {
  readonly rows: number;
  readonly hash: string;
}

const WRITTEN = /^([1-9]\d{0,14}):([0-9a-f]{64})$/;

export function writtenRoot({ rows, hash }: AuditRoot): string {
  return `${rows}:${hash}`;
}

/** Throws input.invalid. */
export function parseRoot(text: string): AuditRoot {
  const [, rows, hash] = WRITTEN.exec(text) ?? [];
  if (rows !== undefined && hash !== undefined) return { rows: Number(rows), hash };
  throw new AnGridError('input.invalid', { op: 'audit.root', subject: text, detail: 'COUNT:HASH is needed' });
}
