import { z } from 'zod';
import { gapDataSchema, lateReasonSchema, outageDataSchema } from './delivery.js';
import { dedupSchema } from './identity.js';
import { eventKinds, type EventKind } from './kinds.js';
import {
  hashSchema,
  idSchema,
  instantSchema,
  laneSchema,
  purposeSchema,
  retentionClassSchema,
  severitySchema,
  siteClassSchema,
  sourceKindSchema,
} from './primitives.js';
import { provisionDataSchema } from './provision.js';
import { deviceTimeSchema, gatewayTimeSchema } from './time.js';

/** CloudEvents 1.0 attributes, with the extension attributes that every item carries. */
const envelope = {
  specversion: z.literal('1.0'),
  id: hashSchema,
  /** `angrid://<gateway id>`; with `id` it is unique for ever (CloudEvents 3.1.1). */
  source: z.string().regex(/^angrid:\/\/[A-Za-z0-9_-]{1,64}$/),
  /** The device, or the gateway itself. */
  subject: idSchema,
  /** When it happened, as well as it is known: device time where it can be trusted, else receive time. */
  time: instantSchema,
  datacontenttype: z.literal('application/json'),
  sourcekind: sourceKindSchema,
  bootepoch: z.number().int().positive(),
  lane: laneSchema,
  sequence: z.number().int().positive(),
  retentionclass: retentionClassSchema,
  purpose: purposeSchema,
  siteclass: siteClassSchema,
  /** True where the device says, or its sequence shows, that it lies in the past: nobody is paged. */
  late: z.boolean(),
  /** True for a drill: shown as such everywhere and sent to nobody who did not join. */
  exercise: z.boolean(),
};

/** Numbers, booleans and short texts that a rule or a reader needs; never anything about a person. */
const attributesSchema = z
  .record(z.string().regex(/^[a-z][A-Za-z0-9]{0,31}$/), z.union([z.string().max(128), z.number(), z.boolean()]))
  .refine((value) => Object.keys(value).length <= 24, 'at most 24 attributes');

export const eventDataSchema = z.object({
  kind: z.enum(eventKinds),
  device: idSchema,
  /** Door, reader or input of the device, where it has several. */
  channel: z.string().min(1).max(64).optional(),
  /** `name@version` of the device profile that read it. */
  profile: z.string().max(96),
  vendorCode: z.string().max(96).optional(),
  vendorTopic: z.string().max(256).optional(),
  /** SHA-256 of the raw payload, before anything was dropped from it. */
  rawHash: hashSchema,
  dedup: dedupSchema,
  deviceTime: deviceTimeSchema.optional(),
  gatewayTime: gatewayTimeSchema,
  deviceSequence: z.number().int().nonnegative().optional(),
  /** Only where the item is late. */
  lateBecause: lateReasonSchema.optional(),
  attributes: attributesSchema.optional(),
});

export const alertDataSchema = z.object({
  /** Stays the same from active to cleared. */
  alert: hashSchema,
  kind: z.enum(eventKinds),
  /** `name@version` of the rule that raised it. */
  rule: z.string().max(96),
  state: z.enum(['active', 'cleared']),
  severity: severitySchema,
  device: idSchema,
  channel: z.string().min(1).max(64).optional(),
  /** Ids of the events that it stands on. */
  events: z.array(hashSchema).max(64),
  since: gatewayTimeSchema,
  /** Cameras whose pictures are on their way. */
  evidenceFrom: z.array(idSchema).max(16).optional(),
  /** Shown only to those entitled, with no sound: whoever stands at the door must not notice. */
  silent: z.boolean().optional(),
  /** Devices that hang behind this one: while it is down it stands for their being offline too. The first 64 by name. */
  covers: z.object({ count: z.number().int().positive(), devices: z.array(idSchema).min(1).max(64) }).optional(),
});

export const healthDataSchema = z.object({
  gatewayTime: gatewayTimeSchema,
  version: z.string().max(32),
  clockSynchronised: z.boolean(),
  pending: z.object({
    alarm: z.number().int().nonnegative(),
    record: z.number().int().nonnegative(),
    media: z.number().int().nonnegative(),
    quarantined: z.number().int().nonnegative(),
    bytes: z.number().int().nonnegative(),
  }),
  diskFreeBytes: z.number().int().nonnegative(),
  /** Bytes of evidence that were written on that day (UTC), and how many may be: flash wears out. */
  evidenceWritten: z
    .object({ day: z.iso.date(), bytes: z.number().int().nonnegative(), budget: z.number().int().nonnegative() })
    .optional(),
  devices: z
    .array(
      z.object({
        device: idSchema,
        state: z.enum(['online', 'offline', 'unknown']),
        since: instantSchema,
        clockSkewMs: z.number().optional(),
        /** Devices that the gateway calls, where they answer: how far they do. */
        reach: z.enum(['reachable', 'needs-password', 'up', 'clock-wrong']).optional(),
      }),
    )
    .max(1000),
  /** Everything dropped since the last report, by reason: nothing is dropped in silence. */
  drops: z.record(z.string().max(64), z.number().int().positive()),
  /** What no profile knows: the raw form stays on the gateway. */
  unknown: z
    .array(
      z.object({ device: idSchema, topic: z.string().max(256), hash: hashSchema, count: z.number().int().positive() }),
    )
    .max(100),
});

/** Most characters of a thumbnail: a descriptor is one line of a batch, with room for its other fields. */
export const thumbnailLimit = 12_000;

export const evidenceDataSchema = z.object({
  evidence: hashSchema,
  kind: z.enum(['snapshot', 'clip']),
  camera: idSchema,
  /** The alerts that it belongs to; overlapping alerts share one clip. */
  alerts: z.array(hashSchema).min(1).max(16),
  sha256: hashSchema,
  bytes: z.number().int().positive(),
  mediaType: z.enum(['image/jpeg', 'video/mp4']),
  codec: z.string().max(32),
  /** What the pictures show, by the gateway's clock. */
  span: z.object({ from: instantSchema, to: instantSchema }),
  /** Snapshot: distance from the alert, ±ms. Clip: how much lies before the alert. */
  offsetMs: z.number().int(),
  /** Says so where the ring did not reach back far enough. */
  shortPreRoll: z.boolean(),
  masks: z.number().int().nonnegative(),
  /** SHA-256 of the unmasked original that this was made of; that stays on site. */
  original: hashSchema.optional(),
  /** This IS such an original: the grant under which it left the site, and until when it may be looked at. */
  grant: z.object({ id: z.string().min(1).max(64), expiresAt: instantSchema }).optional(),
  /**
   * Base64 of a small JPEG of the picture as it leaves the site, masks included, to look at before the bytes are there. It
   * is no evidence itself and not under the signature.
   */
  thumbnail: z.base64().min(4).max(thumbnailLimit).optional(),
  capturedAt: gatewayTimeSchema,
  algorithm: z.literal('Ed25519'),
  /** Base64 signature over `evidencePreimage`. */
  signature: z.string().max(128),
});

const item = <T extends z.ZodType, D extends z.ZodType>(type: T, data: D) => z.object({ ...envelope, type, data });

/** `door.forced` → `cn.angrid.door.forced.v1`. */
export const eventType = <K extends EventKind>(kind: K) => `cn.angrid.${kind}.v1` as const;

export const eventItemSchema = item(z.enum(eventKinds.map(eventType)), eventDataSchema);
export const alertItemSchema = item(z.literal('cn.angrid.alert.v1'), alertDataSchema);
export const healthItemSchema = item(z.literal('cn.angrid.report.health.v1'), healthDataSchema);
export const evidenceItemSchema = item(z.literal('cn.angrid.evidence.v1'), evidenceDataSchema);
export const gapItemSchema = item(z.literal('cn.angrid.report.gap.v1'), gapDataSchema);
export const outageItemSchema = item(z.literal('cn.angrid.report.outage.v1'), outageDataSchema);
export const provisionItemSchema = item(z.literal('cn.angrid.provision.v1'), provisionDataSchema);

/** Everything that goes up, told apart by its CloudEvents type. */
export const itemSchema = z.discriminatedUnion('type', [
  eventItemSchema,
  alertItemSchema,
  healthItemSchema,
  evidenceItemSchema,
  gapItemSchema,
  outageItemSchema,
  provisionItemSchema,
]);

export type EventItem = z.infer<typeof eventItemSchema>;
export type AlertItem = z.infer<typeof alertItemSchema>;
export type HealthItem = z.infer<typeof healthItemSchema>;
export type EvidenceItem = z.infer<typeof evidenceItemSchema>;
export type GapItem = z.infer<typeof gapItemSchema>;
export type OutageItem = z.infer<typeof outageItemSchema>;
export type ProvisionItem = z.infer<typeof provisionItemSchema>;
export type Item = z.infer<typeof itemSchema>;
export type EventData = z.infer<typeof eventDataSchema>;
export type AlertData = z.infer<typeof alertDataSchema>;
export type HealthData = z.infer<typeof healthDataSchema>;
export type EvidenceData = z.infer<typeof evidenceDataSchema>;
