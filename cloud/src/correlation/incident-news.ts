import type { FeedEntry } from '../dispatch/feed.js';
import type { Decisions } from './facts.js';

/** What the consoles are told of incidents that have opened or changed. */
export function incidentNews({ incidents }: Decisions, compound: string): readonly FeedEntry[] {
  return incidents.map(({ incident, unitPath, restricted }) => {
    return { topic: 'incident', subject: incident, compound, unitPath, restricted };
  });
}
