import { type EventData, gatewayTimeSchema, type GatewayTime, kindDefinition } from '@angrid/contract';
import { identify } from '@angrid/contract/signing';
import { z } from 'zod';
import type { NormalisedEvent, UnnumberedEvent } from '../normalise/index.js';

/** What `attributes` holds at most, less the three of the summary. */
const ATTRIBUTES = 21;

/** Equal events of a device that become one: the first of them, how many there were, and when. A small JSON value. */
export interface StormWindow {
  /** What makes them equal. */
  readonly key: string;
  readonly first: UnnumberedEvent;
  /** Those that were not told by themselves. */
  readonly count: number;
  readonly from: GatewayTime;
  readonly to: GatewayTime;
}

const storedSchema = z.object({
  version: z.literal(1),
  key: z.string().max(400),
  first: z.custom<UnnumberedEvent>((value) => typeof value === 'object' && value !== null && 'data' in value),
  count: z.number().int().nonnegative(),
  from: gatewayTimeSchema,
  to: gatewayTimeSchema,
});

export function writeWindow(window: StormWindow): string {
  return JSON.stringify({ version: 1, ...window });
}

/** Undefined for anything else than what `writeWindow` wrote. */
export function readWindow(json: string): StormWindow | undefined {
  return storedSchema.safeParse(JSON.parse(json)).data;
}

/** What makes events equal. Of a device that uses too many of them it is the kind alone. */
export function keyOf({ kind, channel = '', vendorCode = '' }: EventData): string {
  return JSON.stringify([kind, channel, vendorCode]);
}

export function isAlerting({ kind }: EventData): boolean {
  const { standing } = kindDefinition(kind);
  return standing === 'alert' || standing === 'supporting';
}

/**
 * One event that stands for all of a window: `count`, and `fromMs` and `toMs` by the gateway's wall clock. It is the
 * same one whenever it is made from the same window, and moves the rules to where the last of them left the device.
 */
export function summaryOf({ first, count, from, to, key }: StormWindow): NormalisedEvent {
  const { deviceTime: _time, deviceSequence: _sequence, channel, vendorCode, attributes = {}, ...data } = first.data;
  const dedup = { rule: 'gateway', key: `storm/${first.id}` } as const;
  const gateway = first.source.slice('angrid://'.length);
  const isExact = key !== data.kind;
  const span = { count, fromMs: Date.parse(from.wall), toMs: Date.parse(to.wall) };
  return {
    item: {
      ...first,
      id: identify({ gateway, device: data.device, dedup, part: `0:${data.kind}` }),
      data: {
        ...data,
        ...(isExact && channel !== undefined && { channel }),
        ...(isExact && vendorCode !== undefined && { vendorCode }),
        dedup,
        gatewayTime: to,
        attributes: { ...Object.fromEntries(Object.entries(attributes).slice(0, ATTRIBUTES)), ...span },
      },
    },
  };
}
