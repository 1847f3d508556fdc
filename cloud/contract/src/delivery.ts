import { z } from 'zod';
import type { Localized } from './errors/definition.js';
import { hashSchema, idSchema, instantSchema, laneSchema } from './primitives.js';
import { gatewayTimeSchema } from './time.js';

/**
 * What a gateway can prove of a device's delivery: which of its numbers never came (a gap of the device), and what an
 * absence of it has cost (an outage). Both come from the delivery ledger, which the gateway keeps for each device.
 */

const words = <T extends Record<string, Localized>>(table: T): T => table;
const keysOf = <T extends object>(table: T) => Object.keys(table) as [keyof T & string, ...(keyof T & string)[]];

/** open: numbers are missing and are asked for, or will be. What is lost can still be back-filled, should it come after all. */
export const gapStates = words({
  open: { 'zh-CN': '正在补传', en: 'being asked for' },
  backfilled: { 'zh-CN': '已补齐', en: 'back-filled' },
  lost: { 'zh-CN': '已丢失', en: 'lost for good' },
});

/** Why numbers are lost for good. */
export const lossReasons = words({
  'not-answered': { 'zh-CN': '设备未回应补传请求', en: 'the device did not answer when it was asked' },
  'device-has-it-no-more': { 'zh-CN': '设备已不再保存', en: 'the device answered and has it no more' },
  'no-back-fill': { 'zh-CN': '该型号不支持补传', en: 'this model cannot be asked again' },
  'too-many-gaps': { 'zh-CN': '缺口过多，无法逐一补传', en: 'there were more gaps than can be asked for' },
});

/** Why an event is late: stored, linked, and paging nobody. */
export const lateReasons = words({
  'said-by-device': { 'zh-CN': '设备标明为补传', en: 'the device says so' },
  'too-old': { 'zh-CN': '按校正后的设备时间已过久', en: 'too old by the device’s own time' },
  'list-sync': { 'zh-CN': '名单同步，不是通行', en: 'a list being loaded, no passages' },
  'fills-gap': { 'zh-CN': '补上先前的缺号', en: 'fills an earlier gap' },
});

/** Why a message of a device became no event. */
export const rejectReasons = words({
  malformed: { 'zh-CN': '无法解析', en: 'cannot be read' },
  foreign: { 'zh-CN': '冒用其他设备编号', en: 'names another device' },
  unknown: { 'zh-CN': '配置文件未收录', en: 'not known to the profile' },
  'over-budget': { 'zh-CN': '超出限额', en: 'over its budget' },
});

/** How much an outage report can promise. */
export const certainties = words({
  numbered: { 'zh-CN': '设备逐条编号，丢失清单完整', en: 'the device numbers its events: nothing else is lost' },
  asked: { 'zh-CN': '设备不编号，已按时段要求补传', en: 'it does not, but sent what it had of the time again' },
  none: { 'zh-CN': '设备不编号，无法确认是否丢失', en: 'it does not: what is lost cannot be known' },
});

export const lateReasonSchema = z.enum(keysOf(lateReasons));
export type GapState = keyof typeof gapStates;
export type LossReason = keyof typeof lossReasons;
export type LateReason = keyof typeof lateReasons;
export type RejectReason = keyof typeof rejectReasons;
export type Certainty = keyof typeof certainties;

const numberSchema = z.number().int().nonnegative();
/** Both ends belong to it. */
export const numberRangeSchema = z.object({ from: numberSchema, to: numberSchema });
export type NumberRange = z.infer<typeof numberRangeSchema>;

/** Bounds of the lists in a report; an item stays below 16 KiB. */
export const deliveryLimits = { ranges: 64, lost: 64 } as const;

/** Items of this gateway that gave way before they went up. */
export const laneGapSchema = z.object({
  of: z.literal('lane'),
  lane: laneSchema.optional(),
  epoch: z.number().int().positive().optional(),
  from: numberSchema,
  to: numberSchema,
  reason: z.enum(['quota', 'disk-full', 'rejected', 'corrupt']),
  noticedAt: gatewayTimeSchema,
});

/**
 * Numbers that a device left out. It is told when it opens and again when it is decided: the newest item (by boot epoch,
 * lane and sequence) with the same `gap` holds. The item's `time` is when this state began.
 */
export const deviceGapSchema = z
  .object({
    of: z.literal('device'),
    /** Stays the same from open to back-filled or lost. */
    gap: hashSchema,
    device: idSchema,
    /** Which of the device's counts, from 1: where its numbers begin anew, the next one begins. */
    epoch: z.number().int().positive(),
    from: numberSchema,
    to: numberSchema,
    state: z.enum(keysOf(gapStates)),
    /** Of from–to, what has not come: ascending, without overlap, cut at its bound. Empty exactly where it is back-filled. */
    missing: z.array(numberRangeSchema).max(deliveryLimits.ranges),
    /** Exactly where it is lost. */
    why: z.enum(keysOf(lossReasons)).optional(),
    /** When the events on its two sides happened, as well as it is known: what is missing lies between. */
    between: z.object({ after: instantSchema, before: instantSchema }),
    reason: z.literal('skipped-by-device'),
    noticedAt: gatewayTimeSchema,
  })
  .refine(({ state, why }) => (state === 'lost') === (why !== undefined), 'why belongs to lost')
  .refine(
    ({ state, missing }) => (state === 'backfilled') === (missing.length === 0),
    'nothing is missing once it is back-filled',
  );

export const gapDataSchema = z.discriminatedUnion('of', [laneGapSchema, deviceGapSchema]);

/**
 * What an absence of a device has cost, told once, when its replay is over and every gap of it is decided. `lane` of the
 * item is record. Everything counts from the device's return to this report.
 */
export const outageDataSchema = z.object({
  device: idSchema,
  /** By the gateway's clock: last heard before, first heard after. */
  span: z.object({ from: instantSchema, to: instantSchema }),
  /** Events that came late: kept back by the device, or asked for. */
  late: numberSchema,
  /** Of the numbers that were missing, how many have come. */
  backfilled: numberSchema,
  /** Of the numbers that were missing, how many never will. */
  lostCount: numberSchema,
  /** Which, oldest first; cut at its bound, which `lostCount` is not. */
  lost: z
    .array(
      numberRangeSchema.extend({
        epoch: z.number().int().positive(),
        why: z.enum(keysOf(lossReasons)),
      }),
    )
    .max(deliveryLimits.lost),
  /** Sent again though they were here already: counted, stored once. */
  duplicates: numberSchema,
  /** Messages that became no event, by reason. */
  rejected: z.partialRecord(z.enum(keysOf(rejectReasons)), z.number().int().positive()),
  certainty: z.enum(keysOf(certainties)),
  reportedAt: gatewayTimeSchema,
});

export type LaneGap = z.infer<typeof laneGapSchema>;
export type DeviceGap = z.infer<typeof deviceGapSchema>;
export type GapData = z.infer<typeof gapDataSchema>;
export type OutageData = z.infer<typeof outageDataSchema>;
