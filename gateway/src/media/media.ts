import type { EvidenceData } from '@angrid/contract';
import type { Secret } from '@angrid/runtime';
import type { GrayFrame } from './gray-frame.js';
import type { PieceReader } from './piece.js';

/** A camera's stream as the media side needs it. Nothing of it is written by a user but the RTSP address, which is checked. */
export interface CameraStream {
  readonly camera: string;
  /** rtsp(s):// without user info; host already checked against the site's networks. */
  readonly url: string;
  /** The same of a smaller stream to look at; the key pictures of `url` are looked at where there is none. */
  readonly analysisUrl?: string | undefined;
  readonly user: string;
  readonly password: Secret;
  /** Polygons in fractions of the picture. */
  readonly masks: readonly (readonly (readonly [number, number])[])[];
}

export interface EvidenceRequest {
  readonly camera: string;
  readonly alerts: readonly string[];
  /** Wall milliseconds of the alert by the gateway's clock. */
  readonly atMs: number;
  readonly monotonicMs: number;
}

/** A piece of evidence on the gateway's disk with its signed descriptor. */
export interface StoredEvidence {
  readonly data: EvidenceData;
  readonly file: string;
  /** Its bytes as the descriptor names them. Throws `media.original-damaged`. */
  open(): Promise<PieceReader>;
}

/** Why an unmasked original may leave the site, and until when (wall milliseconds). */
export interface OriginalGrant {
  readonly id: string;
  readonly expiresMs: number;
}

export type StreamState = 'connecting' | 'running' | 'failed';

/** The media side: one ffmpeg child a camera keeps the ring; pictures are cut from it on request. */
export interface Media {
  /** Keeps exactly these cameras running. */
  watch(streams: readonly CameraStream[]): Promise<void>;
  /** A JPEG at, or as near as possible to, the moment. Throws `media.no-footage`. */
  snapshot(request: EvidenceRequest): Promise<StoredEvidence>;
  /** A picture of the analysis as JPEG, small and gray, where nothing better is left of its moment. */
  smallPicture(frame: GrayFrame, alerts: readonly string[]): Promise<StoredEvidence>;
  /** Five seconds before to five seconds after; resolves when the post-roll is over and the file is cut. */
  clip(request: EvidenceRequest): Promise<StoredEvidence>;
  /** A piece of evidence that is still on this disk and may leave it, by id. */
  find(evidence: string): Promise<StoredEvidence | undefined>;
  /** Lets the unmasked original of a masked piece out under a grant. Throws `media.no-footage`, `media.grant-refused`. */
  release(evidence: string, grant: OriginalGrant): Promise<StoredEvidence>;
  /** What evidence has written to the disk today, and what it may write before clips of low severity are left out. */
  writing(): { readonly day: string; readonly bytes: number; readonly budget: number };
  states(): ReadonlyMap<string, { readonly state: StreamState; readonly detail?: string }>;
  stop(): Promise<void>;
}
