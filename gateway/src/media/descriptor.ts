import { type EvidenceData, evidencePreimage, type GatewayTime } from '@angrid/contract';
import { identify } from '@angrid/contract/signing';
import type { Hashed } from './evidence-store.js';
import type { OriginalGrant } from './media.js';

/** Who vouches for evidence. */
export interface EvidenceSigner {
  /** Id of the gateway. */
  readonly gateway: string;
  /** Base64 Ed25519 signature of a text by the gateway's key. */
  sign(text: string): string;
  /** The present time as the contract's three-part gateway time. */
  stamp(): GatewayTime;
}

/** What was captured; times in wall milliseconds. */
export interface Captured extends Pick<
  EvidenceData,
  'kind' | 'camera' | 'mediaType' | 'codec' | 'masks' | 'shortPreRoll' | 'original'
> {
  readonly alerts: readonly string[];
  readonly hashed: Hashed;
  readonly fromMs: number;
  readonly toMs: number;
  readonly offsetMs: number;
  readonly thumbnail?: string | undefined;
}

/** The signed descriptor of a piece of evidence. Its id follows from its bytes and what they cover. */
export function describeEvidence(signer: EvidenceSigner, captured: Captured): EvidenceData {
  const { kind, camera, hashed, mediaType, codec, masks, shortPreRoll, original, thumbnail } = captured;
  const span = { from: instant(captured.fromMs), to: instant(captured.toMs) };
  const key = `${hashed.sha256}:${span.from}:${span.to}`;
  const evidence = identify({ gateway: signer.gateway, device: camera, dedup: { rule: 'gateway', key }, part: kind });
  const unsigned = {
    evidence,
    kind,
    camera,
    alerts: [...captured.alerts],
    ...hashed,
    mediaType,
    codec,
    span,
    offsetMs: Math.round(captured.offsetMs),
    shortPreRoll,
    masks,
    ...(original === undefined ? {} : { original }),
    ...(thumbnail === undefined ? {} : { thumbnail }),
    capturedAt: signer.stamp(),
    algorithm: 'Ed25519' as const,
  };
  return signed(signer, unsigned);
}

/** The descriptor under which an original leaves the site: a piece of its own for each grant. */
export function describeRelease(signer: EvidenceSigner, original: EvidenceData, grant: OriginalGrant): EvidenceData {
  const { signature: _former, ...rest } = original;
  const key = `${original.evidence}:${grant.id}`;
  const from = { gateway: signer.gateway, device: original.camera, dedup: { rule: 'gateway' as const, key } };
  const evidence = identify({ ...from, part: 'original' });
  return signed(signer, { ...rest, evidence, grant: { id: grant.id, expiresAt: instant(grant.expiresMs) } });
}

function signed(signer: EvidenceSigner, unsigned: Omit<EvidenceData, 'signature'>): EvidenceData {
  return { ...unsigned, signature: signer.sign(evidencePreimage(signer.gateway, unsigned)) };
}

function instant(wallMs: number): string {
  return new Date(Math.round(wallMs)).toISOString();
}
