import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '@angrid/runtime';
import { Seal } from '../identity/seal.js';
import { EvidenceStore } from './evidence-store.js';
import type { KeyWrap } from './sealed-file.js';
import { defaultMediaSettings } from './settings.js';

/** A store on a disk on which everything has room. */
export function openRoomyStore(
  dir: string,
  clock: Clock,
  wrap: KeyWrap = new Seal(randomBytes(32)),
): Promise<EvidenceStore> {
  const places = { dir, draftDir: join(dir, 'drafts'), freeBytes: async () => 1e12, keepFreeBytes: 0 };
  const told = { onDropped: () => undefined, onWritten: async () => undefined };
  return EvidenceStore.open({ ...places, ...told, clock, wrap, limits: defaultMediaSettings.evidence });
}
