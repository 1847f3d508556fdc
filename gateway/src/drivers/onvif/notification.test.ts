import { describe, expect, it } from '@jest/globals';
import { motion } from './camera.fixture.js';
import { notificationBody, type Notification, readNotification } from './notification.js';
import { readXml } from './soap/xml.js';

const read = (xml: string): Notification => readNotification(readXml(xml));
const message = (inside: string, attributes = 'UtcTime="2026-01-01T00:00:01Z"'): string =>
  `<n:NotificationMessage><n:Topic>tns1:A/tnsx:B/</n:Topic><n:Message><t:Message ${attributes}>${inside}</t:Message></n:Message></n:NotificationMessage>`;

describe('a notification', () => {
  it('becomes text, item by item, and nothing is interpreted', () => {
    expect(read(motion('1'))).toEqual({
      topic: 'VideoSource/MotionAlarm',
      topicRaw: 'tns1:VideoSource/MotionAlarm',
      utcTime: '2026-01-01T00:00:01Z',
      operation: 'Changed',
      source: { Source: '000' },
      key: {},
      data: { State: '1' },
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it('is known again in other bytes, and is another one with another time, topic or value', () => {
    const one = read(message('<Data><SimpleItem Name="State" Value="true"/></Data>')).id;
    const same = message(
      '<Data><SimpleItem Value="1" Name="State"/></Data>',
      'UtcTime="2026-01-01T00:00:01.000+00:00" PropertyOperation="Changed"',
    );
    expect(read(same.replace('tns1:A', 'A')).id).toBe(one);
    const others = [
      message('<Data><SimpleItem Name="State" Value="0"/></Data>'),
      message('<Data><SimpleItem Name="State" Value="1"/></Data>', 'UtcTime="2026-01-01T00:00:02Z"'),
      message('<Key><SimpleItem Name="State" Value="1"/></Key>'),
      message('<Data><SimpleItem Name="State" Value="1"/></Data>').replace('tns1:A', 'tns1:C'),
    ].map((xml) => read(xml).id);
    expect(new Set([one, ...others]).size).toBe(5);
    expect(read(message('', 'UtcTime="0000-00-00T00:00:00Z"')).id).toBeUndefined();
  });

  it('hands over nothing about a person but that there is one', () => {
    const items = Object.entries({
      ...{ Label: 'CANARY', Likelihood: '0.9', PlateNumber: 'CANARY', Gender: 'CANARY', Age: '34' },
      ...{ CredentialHolderName: 'CANARY', ImageUri: 'http://CANARY', IsFace: 'true', State: '1' },
    });
    const simple = items.map(([name, value]) => `<SimpleItem Name="${name}" Value="${value}"/>`).join('');
    const notification = read(message(`<Data>${simple}</Data>`));
    expect(notification.data).toEqual({ IsFace: 'true', State: '1' });
    expect(notification.withheld).toHaveLength(7);
    expect(notificationBody(notification).toString()).not.toContain('CANARY');
  });

  it('keeps source, key and data apart, with as many items as there are', () => {
    const notification = read(
      message(
        '<Source><SimpleItem Name="Rule" Value="r1"/><SimpleItem Name="VideoSource" Value="v"/></Source>' +
          '<Key><SimpleItem Name="ObjectId" Value="7"/></Key><Data><SimpleItem Name="IsInside" Value=" true "/></Data>',
      ),
    );
    expect(notification).toMatchObject({
      source: { Rule: 'r1', VideoSource: 'v' },
      key: { ObjectId: '7' },
      data: { IsInside: ' true ' },
    });
    expect(notification.operation).toBeUndefined();
  });

  it('names its element items and hands over nothing of their content', () => {
    const item = '<ElementItem Name="Image"><Bytes>S3cr3t-CANARY</Bytes></ElementItem>';
    const notification = read(message(`<Data><SimpleItem Name="a" Value="1"/>${item}</Data>`));
    expect(notification.elements).toEqual(['Image']);
    expect(notificationBody(notification).toString()).not.toContain('CANARY');
  });

  it('keeps both values where a name stands twice', () => {
    const items = '<SimpleItem Name="State" Value="1"/><SimpleItem Name="State" Value="0"/>';
    expect(read(message(`<Data>${items}</Data>`)).data).toEqual({ State: '1', 'State#2': '0' });
  });

  it('cannot reach the prototype of an object by its names', () => {
    const { data } = read(message('<Data><SimpleItem Name="__proto__" Value="x"/></Data>'));
    expect(Object.keys(data)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  });

  it('may lack everything', () => {
    expect(read('<NotificationMessage/>')).toEqual({ topic: '', topicRaw: '', source: {}, key: {}, data: {} });
  });

  it('gives the same bytes each time, also in another language', () => {
    const xml = message(
      '<Data><SimpleItem Name="规则" Value="大门&lt;1&gt;"/></Data>',
      'UtcTime="t" PropertyOperation="Initialized"',
    );
    expect(notificationBody(read(xml)).toString('utf8')).toBe(
      '{"topic":"A/B","topicRaw":"tns1:A/tnsx:B/","utcTime":"t","operation":"Initialized","source":{},"key":{},"data":{"规则":"大门<1>"}}',
    );
  });
});
