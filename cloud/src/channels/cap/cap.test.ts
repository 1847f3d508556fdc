import { describe, expect, it, test } from '@jest/globals';
import { SaxesParser } from 'saxes';
import { type CapIncident, capXml } from './cap.js';
import { inZone } from './sent-time.js';

const incident: CapIncident = {
  ...{ id: 'i1', kind: 'door.forced', severity: 1, confirmed: true, falseAlarm: false, closed: false, exercise: false },
  kindTitle: { 'zh-CN': '门被强行打开', en: 'Door forced' },
  why: { 'zh-CN': '东门 <被> & 强行打开\u0000', en: 'The east gate' },
  openedAt: new Date('2026-03-01T02:00:00Z'),
  compound: { name: '锦绣小区', timezone: 'Asia/Shanghai' },
  place: '东门',
  unitNames: ['苏溪镇', '3 号楼'],
  codes: [{ scheme: 'statistical', value: '330782105200' }],
  changes: [],
};

/** Leaf elements in order, as name and text; throws where the XML is none. */
function leaves(xml: string): readonly (readonly [string, string])[] {
  const found: [string, string][] = [];
  let text = '';
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', () => (text = ''));
  parser.on('text', (more) => (text += more));
  parser.on('closetag', ({ local, uri }) => {
    expect(uri).toBe('urn:oasis:names:tc:emergency:cap:1.2');
    found.push([local, text]);
    text = '';
  });
  parser.write(xml).close();
  return found;
}

const all = (changes: Partial<CapIncident>, name: string): readonly string[] =>
  leaves(capXml({ ...incident, ...changes })).flatMap(([each, text]) => (each === name ? [text] : []));
const one = (changes: Partial<CapIncident>, name: string): string | undefined => all(changes, name)[0];

describe('an incident as CAP 1.2', () => {
  it('has the elements of the standard in its order', () => {
    const names = leaves(capXml(incident)).map(([name]) => name);
    const order = ['identifier', 'sender', 'sent', 'status', 'msgType', 'scope', 'restriction', 'incidents'];
    expect(names.filter((name) => order.includes(name))).toEqual(order);
    const info = ['language', 'category', 'event', 'urgency', 'severity', 'certainty', 'eventCode', 'onset'];
    const rest = ['senderName', 'headline', 'description', 'area'];
    const ofInfo = names.slice(names.indexOf('incidents') + 1).filter((name) => [...info, ...rest].includes(name));
    expect(ofInfo).toEqual([...info, ...rest, ...info, ...rest]);
  });

  it('is an alert at first, an update later, and cancelled at its end', () => {
    const changes = [new Date('2026-03-01T02:01:00Z'), new Date('2026-03-01T02:02:00Z')];
    expect(one({}, 'msgType')).toBe('Alert');
    expect(one({ changes }, 'msgType')).toBe('Update');
    expect(one({ changes, falseAlarm: true }, 'msgType')).toBe('Cancel');
    expect(one({ changes, closed: true }, 'msgType')).toBe('Cancel');
  });

  it('names the messages before it', () => {
    const changes = [new Date('2026-03-01T02:01:00Z'), new Date('2026-03-01T02:02:00Z')];
    expect(one({}, 'references')).toBeUndefined();
    expect(one({ changes }, 'identifier')).toBe('i1.3');
    expect(one({ changes }, 'references')).toBe(
      'angrid,i1.1,2026-03-01T10:00:00+08:00 angrid,i1.2,2026-03-01T10:01:00+08:00',
    );
  });

  it('says where an exercise is one', () => {
    expect(one({}, 'status')).toBe('Actual');
    expect(one({ exercise: true }, 'status')).toBe('Exercise');
  });

  test.each([
    [1, 'Extreme'],
    [2, 'Severe'],
    [3, 'Moderate'],
    [4, 'Minor'],
  ] as const)('severity %d is %s', (severity, word) => {
    expect(all({ severity }, 'severity')).toEqual([word, word]);
  });

  it('writes any text as text', () => {
    expect(all({}, 'description')[0]).toBe('东门 <被> & 强行打开');
  });
});

test.each([
  ['Asia/Shanghai', '2026-03-01T10:00:00+08:00'],
  ['America/New_York', '2026-02-28T21:00:00-05:00'],
  ['UTC', '2026-03-01T02:00:00-00:00'],
])('the time in %s has its zone as a number, never Z', (zone, text) => {
  expect(inZone(new Date('2026-03-01T02:00:00Z'), zone)).toBe(text);
});
