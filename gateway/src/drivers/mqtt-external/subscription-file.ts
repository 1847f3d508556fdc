import { readFile } from 'node:fs/promises';
import { writeAtomically } from '@angrid/runtime';
import { z } from 'zod';
import type { SubscriptionMemory } from './subscriptions.js';

const fileSchema = z.array(z.string().max(1200)).max(50_000);

/** The subscriptions in one small file. One that cannot be read is as good as none: all are asked for again anyway. */
export function subscriptionFile(file: string): SubscriptionMemory {
  return {
    load: async () => {
      try {
        return fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
      } catch {
        return [];
      }
    },
    save: (filters) => writeAtomically(file, `${JSON.stringify(filters, null, 1)}\n`),
  };
}
