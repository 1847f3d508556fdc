import type { EventData } from '@angrid/contract';
import type { Draft } from '../outbox/outbox.js';
import type { NormalisedEvent, UnnumberedAlert, UnnumberedEvent } from './event.js';

/**
 * The item as the outbox takes it. The attributes of the envelope are hashes, ids and words of the contract, none of
 * which needs escaping, so only the data goes through the serialiser.
 */
export function itemDraft(item: UnnumberedEvent | UnnumberedAlert): Draft {
  return draftWith(item, JSON.stringify(item.data));
}

export function draftOf({ item }: NormalisedEvent): Draft {
  return draftWith(item, eventJson(item.data));
}

function draftWith(item: UnnumberedEvent | UnnumberedAlert, data: string): Draft {
  const json =
    `{"specversion":"1.0","id":"${item.id}","source":"${item.source}","subject":"${item.subject}","type":"${item.type}",` +
    `"time":"${item.time}","datacontenttype":"application/json","sourcekind":"${item.sourcekind}","lane":"${item.lane}",` +
    `"retentionclass":"${item.retentionclass}","purpose":"${item.purpose}","siteclass":"${item.siteclass}",` +
    `"late":${item.late},"exercise":${item.exercise},"data":${data}}`;
  return { id: item.id, lane: item.lane, json };
}

/**
 * As JSON.stringify writes it, in half of its time: what a device may have written goes through it, word by word. A
 * member that is new to the contract must be written here too; the test says so.
 */
export function eventJson(data: EventData): string {
  const { kind, device, channel, profile, vendorCode, vendorTopic, rawHash, dedup, deviceTime, gatewayTime } = data;
  const { deviceSequence, lateBecause, attributes } = data;
  const { wall, monotonicMs, boot } = gatewayTime;
  return (
    `{"kind":"${kind}","device":"${device}"${text('channel', channel)},"profile":"${profile}"` +
    `${text('vendorCode', vendorCode)}${text('vendorTopic', vendorTopic)},"rawHash":"${rawHash}",` +
    `"dedup":{"rule":"${dedup.rule}","key":${JSON.stringify(dedup.key)}}` +
    (deviceTime === undefined ? '' : `,"deviceTime":${JSON.stringify(deviceTime)}`) +
    `,"gatewayTime":{"wall":"${wall}","monotonicMs":${monotonicMs},"boot":"${boot}"}` +
    (deviceSequence === undefined ? '' : `,"deviceSequence":${deviceSequence}`) +
    (lateBecause === undefined ? '' : `,"lateBecause":"${lateBecause}"`) +
    (attributes === undefined ? '}' : `,"attributes":${JSON.stringify(attributes)}}`)
  );
}

function text(name: string, value: string | undefined): string {
  return value === undefined ? '' : `,"${name}":${JSON.stringify(value)}`;
}
