/** One message of a text/event-stream. */
export interface SseMessage {
  readonly event: string;
  readonly data: string;
  /** The last id that the stream gave, empty before the first. */
  readonly id: string;
}

/** A message above this is no message of ours: the stream is given up. */
export const MAX_MESSAGE_CHARS = 4 * 1024 * 1024;

interface Draft {
  event: string;
  data: string[];
  chars: number;
}

/** Reads a stream in pieces of any size (WHATWG HTML 9.2.6); throws RangeError above MAX_MESSAGE_CHARS. */
export function createSseParser(deliver: (message: SseMessage) => void): { push(text: string): void } {
  let rest = '';
  let lastId = '';
  let draft: Draft = { event: '', data: [], chars: 0 };

  const finish = (): void => {
    const { event, data } = draft;
    draft = { event: '', data: [], chars: 0 };
    if (data.length > 0) deliver({ event: event === '' ? 'message' : event, data: data.join('\n'), id: lastId });
  };

  const readField = (line: string): void => {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') draft.event = value;
    if (name === 'data') draft.data.push(value);
    if (name === 'id' && !value.includes('\0')) lastId = value;
  };

  const readLine = (line: string): void => {
    if (line === '') return finish();
    draft.chars += line.length;
    if (draft.chars > MAX_MESSAGE_CHARS) throw new RangeError('a message of the feed is too large');
    readField(line);
  };

  return {
    push(text) {
      rest += text;
      let start = 0;
      for (let end = lineEnd(rest, start); end; end = lineEnd(rest, start)) {
        readLine(rest.slice(start, end.at));
        start = end.next;
      }
      rest = rest.slice(start);
      if (rest.length > MAX_MESSAGE_CHARS) throw new RangeError('a line of the feed is too large');
    },
  };
}

/** A carriage return at the very end may still be half of CRLF: it waits for the next piece. */
function lineEnd(text: string, from: number): { at: number; next: number } | undefined {
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\n') return { at, next: at + 1 };
    if (char !== '\r') continue;
    if (at + 1 === text.length) return undefined;
    return { at, next: text[at + 1] === '\n' ? at + 2 : at + 1 };
  }
  return undefined;
}
