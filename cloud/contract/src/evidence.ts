import type { EvidenceData } from './items.js';

/** The text that a gateway signs for each piece of evidence: what it is, where from, when, and its hash. */
export function evidencePreimage(gateway: string, data: Omit<EvidenceData, 'signature'>): string {
  const { evidence, kind, camera, sha256, bytes, span, offsetMs, masks, capturedAt, original, grant } = data;
  const when = [span.from, span.to, offsetMs, capturedAt.wall, capturedAt.monotonicMs, capturedAt.boot];
  const origin = [...(original ? ['original', original] : []), ...(grant ? ['grant', grant.id, grant.expiresAt] : [])];
  return JSON.stringify([
    'angrid/evidence/1',
    gateway,
    evidence,
    kind,
    camera,
    sha256,
    bytes,
    masks,
    ...when,
    ...origin,
  ]);
}
