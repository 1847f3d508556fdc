import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { motion } from './camera.fixture.js';
import { MAX_DOCUMENT_BYTES, metadataReader } from './metadata.js';
import { notified } from './notification.js';
import { readXml } from './soap/xml.js';

function stream(inside: string, prefix = 'tt:'): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?><${prefix}MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema" ` +
    `xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:tns1="http://www.onvif.org/ver10/topics">${inside}</${prefix}MetadataStream>`
  );
}

const event = (xml: string): string => stream(`<tt:Event>${xml}</tt:Event>`);
const frame = stream('<tt:VideoAnalytics><tt:Frame UtcTime="2026-01-01T00:00:00Z"/></tt:VideoAnalytics>');

/** What came out of the bytes, fed in pieces that end where the cuts are. */
function readAll(text: string, cuts: readonly number[] = []): { states: string[]; dropped: string[] } {
  const states: string[] = [];
  const dropped: string[] = [];
  const reader = metadataReader({
    onNotification: ({ body }) => states.push((JSON.parse(body.toString()) as { data: { State: string } }).data.State),
    onDropped: (reason) => dropped.push(reason),
  });
  const bytes = Buffer.from(text);
  const ends = [...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
  ends.reduce((from, to) => (reader.feed(bytes.subarray(from, to)), to), 0);
  return { states, dropped };
}

describe('a metadata track', () => {
  it('gives its notifications in the form in which a pull point does', () => {
    const found: unknown[] = [];
    metadataReader({ onNotification: (one) => found.push(one) }).feed(Buffer.from(event(motion('1'))));
    expect(found).toEqual([notified(readXml(motion('1')))]);
  });

  it('is one, however the bytes are cut', () => {
    const text = event(motion('1')) + frame + '\r\n' + event(motion('0') + motion('1')) + frame + event(motion('0'));
    fc.assert(
      fc.property(fc.array(fc.nat()), (cuts) => {
        expect(readAll(text, cuts)).toEqual({ states: ['1', '0', '1', '0'], dropped: [] });
      }),
    );
  });

  it.each(['', 'tt:', 'a-b.c:'])('is read with the prefix "%s"', (prefix) => {
    expect(readAll(stream(`<Event>${motion('1')}</Event>`, prefix)).states).toEqual(['1']);
  });

  it('goes on behind a document that has lost its end', () => {
    const cut = event(motion('0')).slice(0, 200);
    expect(readAll(cut + event(motion('1')))).toEqual({ states: ['1'], dropped: [] });
  });

  it('leaves out what is malformed, is a bomb or holds too many elements, and goes on', () => {
    const bomb = '<!DOCTYPE b [<!ENTITY a "aa">]>' + event(motion('0'));
    const texts = [
      event(`<x>${motion('0')}</y>`),
      event('<a>'.repeat(200) + motion('0') + '</a>'.repeat(200)),
      event('<a/>'.repeat(20_000) + motion('0')),
    ];
    expect(readAll([...texts, event(motion('1'))].join(''))).toEqual({
      states: ['1'],
      dropped: ['metadata-malformed', 'metadata-malformed', 'metadata-malformed'],
    });
    expect(readAll(bomb + event(motion('1'))).states).toEqual(['0', '1']);
  });

  it('never holds more than one document', () => {
    const endless = '<tt:MetadataStream>' + 'x'.repeat(3 * MAX_DOCUMENT_BYTES);
    const cuts = Array.from({ length: 40 }, (_, index) => index * 20_000);
    expect(readAll(`${endless}</tt:MetadataStream>${event(motion('1'))}`, cuts)).toEqual({
      states: ['1'],
      dropped: ['metadata-too-large'],
    });
  });
});
