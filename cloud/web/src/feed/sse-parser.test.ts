import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSseParser, MAX_MESSAGE_CHARS, type SseMessage } from './sse-parser.js';

function parse(...pieces: string[]): SseMessage[] {
  const messages: SseMessage[] = [];
  const parser = createSseParser((message) => messages.push(message));
  for (const piece of pieces) parser.push(piece);
  return messages;
}

describe('the parser of the feed', () => {
  it('reads event, data and id', () => {
    expect(parse('id: 7\nevent: incident\ndata: {"a":1}\n\n')).toEqual([
      { id: '7', event: 'incident', data: '{"a":1}' },
    ]);
  });

  it('keeps comments to itself', () => {
    expect(parse(': keep-alive\n\n')).toEqual([]);
  });

  it('joins several data lines and keeps the last id for messages without one', () => {
    expect(parse('id: 1\ndata: a\ndata: b\n\ndata: c\n\n')).toEqual([
      { id: '1', event: 'message', data: 'a\nb' },
      { id: '1', event: 'message', data: 'c' },
    ]);
  });

  it('forgets the event name after a message, and a message without data', () => {
    expect(parse('event: alert\n\ndata: x\n\n')).toEqual([{ id: '', event: 'message', data: 'x' }]);
  });

  it('delivers nothing of a message that was cut off', () => {
    expect(parse('id: 1\ndata: half')).toEqual([]);
  });

  it('reads the same however the stream is cut into pieces', () => {
    const message = fc.record({
      id: fc.nat(),
      event: fc.constantFrom('incident', 'alert', 'hello'),
      data: fc.array(
        fc.string().map((text) => text.replaceAll(/[\r\n]/g, '')),
        { minLength: 1, maxLength: 3 },
      ),
    });
    const newline = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(fc.array(message), newline, fc.array(fc.nat(40)), (sent, eol, cuts) => {
        const lines = sent.flatMap(({ id, event, data }) => [
          `id: ${id}`,
          `event: ${event}`,
          ...data.map((d) => `data: ${d}`),
          '',
        ]);
        const text = [...lines, ''].join(eol);
        const pieces: string[] = [];
        let rest = text;
        for (const cut of cuts) {
          pieces.push(rest.slice(0, cut));
          rest = rest.slice(cut);
        }
        const heard = parse(...pieces, rest, eol === '\r' ? '\n' : '');
        expect(heard).toEqual(sent.map(({ id, event, data }) => ({ id: String(id), event, data: data.join('\n') })));
      }),
    );
  });

  it('gives up on a line without end instead of filling the memory', () => {
    const parser = createSseParser(() => undefined);
    expect(() => parser.push('data: '.padEnd(MAX_MESSAGE_CHARS + 10, 'x'))).toThrow(RangeError);
  });

  it('gives up on a message of endless lines', () => {
    const line = `data: ${'x'.repeat(1_000_000)}\n`;
    const parser = createSseParser(() => undefined);
    expect(() => {
      for (let count = 0; count < 10; count += 1) parser.push(line);
    }).toThrow(RangeError);
  });
});
