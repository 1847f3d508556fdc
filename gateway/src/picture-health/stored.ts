import { z } from 'zod';
import { type Condition, everyCondition } from './condition.js';
import { CELLS } from './grid.js';
import type { Regime } from './regime.js';
import { type HealthState, newHealth } from './step-health.js';

/** What of a map stays: 1/`scale` of a unit, 0…255/`scale`. Means need no fraction, edges and detail do. */
const scales = { means: 1, edges: 11, fine: 2 } as const;

const mapSchema = z.base64().transform((text, context) => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== CELLS) context.addIssue('not a number a cell');
  return bytes;
});
const durationSchema = z.number().nonnegative();
const conditionSchema = z.enum(everyCondition as [Condition, ...Condition[]]);

const storedSchema = z.object({
  version: z.literal(1),
  regimes: z
    .array(
      z.object({
        means: mapSchema,
        edges: mapSchema,
        fine: mapSchema,
        change: durationSchema,
        learnedMs: durationSchema,
        idleMs: durationSchema,
      }),
    )
    .max(8),
  held: z.partialRecord(conditionSchema, durationSchema),
  active: conditionSchema.optional(),
  usualStillMs: durationSchema,
});

/** What outlives the process: some kilobytes of JSON. */
export function writeHealth({ regimes, trigger, usualStillMs }: HealthState): string {
  return JSON.stringify({
    version: 1,
    regimes: regimes.map(({ means, edges, fine, ...rest }) => ({
      means: packed(means, scales.means),
      edges: packed(edges, scales.edges),
      fine: packed(fine, scales.fine),
      ...rest,
    })),
    held: trigger.heldMs,
    active: trigger.active,
    usualStillMs,
  });
}

/** A camera that is yet to be learned for anything else than what `writeHealth` wrote. */
export function readHealth(json: string): HealthState {
  const { data } = storedSchema.safeParse(JSON.parse(json));
  if (!data) return newHealth;
  const regimes: Regime[] = data.regimes.map(({ means, edges, fine, ...rest }) => ({
    means: unpacked(means, scales.means),
    edges: unpacked(edges, scales.edges),
    fine: unpacked(fine, scales.fine),
    ...rest,
  }));
  const { held, active, usualStillMs } = data;
  return { ...newHealth, regimes, trigger: { heldMs: held, active }, usualStillMs };
}

function packed(map: Float32Array, scale: number): string {
  return Buffer.from(Uint8ClampedArray.from(map, (value) => value * scale).buffer).toString('base64');
}

function unpacked(bytes: Uint8Array, scale: number): Float32Array {
  return Float32Array.from(bytes, (value) => value / scale);
}
