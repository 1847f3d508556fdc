import type { Draft } from '../outbox/outbox.js';
import type { NormalisedEvent, UnnumberedAlert, UnnumberedEvent } from './event.js';

/**
 * The item as the outbox takes it. The attributes of the envelope are hashes, ids and words of the contract, none of
 * which needs escaping, so only the data goes through the serialiser.
 */
export function itemDraft(item: UnnumberedEvent | UnnumberedAlert): Draft {
  const json =
    `{"specversion":"1.0","id":"${item.id}","source":"${item.source}","subject":"${item.subject}","type":"${item.type}",` +
    `"time":"${item.time}","datacontenttype":"application/json","sourcekind":"${item.sourcekind}","lane":"${item.lane}",` +
    `"retentionclass":"${item.retentionclass}","purpose":"${item.purpose}","siteclass":"${item.siteclass}",` +
    `"late":${item.late},"exercise":${item.exercise},"data":${JSON.stringify(item.data)}}`;
  return { id: item.id, lane: item.lane, json };
}

export function draftOf(event: NormalisedEvent): Draft {
  return itemDraft(event.item);
}
