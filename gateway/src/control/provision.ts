import type { ProvisionData } from '@angrid/contract';
import { provisionDraft } from '../flow/items.js';
import type { Ground } from '../ground.js';

/** Sends the cloud what an installer did. It is durable when this resolves, and goes up when the cloud is there. */
export async function provision({ outbox, view, stamp }: Ground, data: ProvisionData): Promise<void> {
  const { wall, monotonicMs, boot } = stamp();
  const draft = provisionDraft(data, view.facts(), { key: `${data.op}@${boot}:${monotonicMs}`, time: wall });
  await outbox.append({ event: draft.id, drafts: [draft], states: [] });
}
