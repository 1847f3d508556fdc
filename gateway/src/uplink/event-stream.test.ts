import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventStreamReader, type StreamEvent } from './event-stream.js';

const read = (text: string): StreamEvent[] => new EventStreamReader(1000).push(Buffer.from(text));

describe('server-sent events', () => {
  it('are read with name, id and data', () => {
    expect(read('event: command\nid: c-1\ndata: {"a":1}\n\n')).toEqual([
      { event: 'command', id: 'c-1', data: '{"a":1}' },
    ]);
  });

  it('may have several lines of data, comments, other fields and either line end', () => {
    expect(read(': alive\r\nretry: 10\r\ndata: a\r\ndata:b\r\n\r\n')).toEqual([
      { event: 'message', id: '', data: 'a\nb' },
    ]);
  });

  it('are none without data', () => {
    expect(read('event: keep-alive\n\n: x\n\n')).toEqual([]);
  });

  it('are the same however the bytes are cut', () => {
    const text = fc.stringMatching(/^[^\r\n]{0,20}$/);
    const event = fc.record({
      event: fc.stringMatching(/^[a-z-]{1,10}$/),
      id: fc.stringMatching(/^[a-z0-9-]{1,10}$/),
      lines: fc.array(text, { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 5 }), fc.array(fc.nat(60), { maxLength: 20 }), (events, cuts) => {
        const bytes = Buffer.from(
          events
            .map((it) => `event: ${it.event}\nid: ${it.id}\n${it.lines.map((line) => `data: ${line}\n`).join('')}\n`)
            .join(''),
        );
        const reader = new EventStreamReader(10_000);
        const found: StreamEvent[] = [];
        let from = 0;
        for (const cut of [...cuts, bytes.length]) {
          found.push(...reader.push(bytes.subarray(from, from + cut)));
          from += cut;
        }
        expect(found).toEqual(
          events.map(({ event: name, id, lines }) => ({ event: name, id, data: lines.join('\n') })),
        );
      }),
    );
  });

  it('are bounded, in one line and in many', () => {
    const long = new EventStreamReader(1000);
    expect(() => long.push(Buffer.alloc(1001, 'x'))).toThrow(expect.objectContaining({ code: 'input.too-large' }));
    const many = new EventStreamReader(1000);
    expect(() => many.push(Buffer.from('data: 0123456789\n'.repeat(120)))).toThrow(
      expect.objectContaining({ code: 'input.too-large' }),
    );
  });
});
