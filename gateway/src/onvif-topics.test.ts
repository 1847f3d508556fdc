import type { ProfileReading } from '@angrid/device-profiles';
import { loadProfiles } from '@angrid/device-profiles';
import { describe, expect, it, test } from '@jest/globals';
import { composeNotification, notificationBody } from './drivers/onvif/notification.js';
import { saidTopics } from './onvif-topics.fixture.js';

const profile = (await loadProfiles()).get('camera')!;

interface Row {
  readonly topic: string;
  readonly operation: string;
  readonly source: string;
  readonly data: string;
  readonly meaning: string;
}

const rows = saidTopics
  .trim()
  .split('\n')
  .map((line): Row => {
    const [topic = '', operation = '', source = '', data = '', meaning = ''] = line.split(' | ');
    return { topic, operation, source, data, meaning };
  });

function itemsOf(text: string): Record<string, string> {
  if (text === '-') return {};
  return Object.fromEntries(text.split(';').map((item) => [item.split('=')[0], item.slice(item.indexOf('=') + 1)]));
}

function readRow({ topic, operation, source, data }: Row): ProfileReading {
  const notification = composeNotification({
    topicRaw: topic === '-' ? '' : topic,
    utcTime: '2026-01-01T00:00:00Z',
    operation: operation === '-' ? undefined : operation,
    source: itemsOf(source),
    key: {},
    data: itemsOf(data),
    elements: [],
  });
  return profile.read({ topic: notification.topic, body: notificationBody(notification), device: 'cam-1' });
}

function meaningOf({ unknown, events, states, drops }: ProfileReading): string {
  if (unknown) return 'unknown';
  const told = [
    ...events.map(({ kind }) => `event ${kind}`),
    ...states.map(({ kind, active }) => `state ${kind} ${active ? 'on' : 'off'}`),
    ...drops.map(({ reason }) => `dropped ${reason}`),
  ];
  return told.join(' + ');
}

describe('what an ONVIF device says', () => {
  test.each(rows)('$topic, $operation, $data: $meaning', (row) => {
    expect(meaningOf(readRow(row))).toBe(row.meaning);
  });

  it('says nothing of a person any more', () => {
    for (const row of rows) {
      const reading = readRow(row);
      const events = reading.events.map((event) => ({ ...event, credential: undefined }));
      expect(JSON.stringify({ ...reading, events })).not.toContain('CANARY');
    }
  });

  it('keeps to itself what a user typed into a topic', () => {
    const typed = 'tns1:IVA/EnteringField/后门 规则:1/左';
    for (const row of rows) {
      const { vendorTopic, unknown } = readRow(row);
      if (row.topic === typed) expect(vendorTopic).toMatch(/^tns1:IVA\/EnteringField\/h-[0-9a-f]{4}$/);
      else if (!unknown && row.topic !== '-') expect(vendorTopic).toBe(row.topic);
    }
  });

  it('is found in every topic that the profile has', () => {
    const literal = Object.values(profile.source.transport.up)
      .flatMap(({ topic }) => topic)
      .filter((topic) => !topic.includes('{'));
    const said = new Set(
      rows.map(({ topic }) => topic.replace(/(?:^|(?<=\/))[a-z0-9]+:\s?/g, '').replace(/[./]+$/, '')),
    );
    expect(literal.filter((topic) => !said.has(topic))).toEqual([]);
  });

  it('names the door, the input or the video source as its channel, however the item is called', () => {
    const channels = new Set(rows.flatMap((row) => readRow(row).events.map(({ channel }) => channel)));
    const tokens = ['000', 'vsconf', 'v', 'a', 'f', 's', 'SD', 'eth0', 'D1', 'A1', '0', '1', '2'];
    const rules = ['vmd3_video_1', 'Camera1Profile1', 'Camera1ProfileANY', 'Device1Scenario1'];
    expect(channels).toEqual(new Set([...tokens, ...rules, undefined]));
  });
});
