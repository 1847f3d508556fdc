import type { Profile } from '../format/profile.js';
import { readForm } from './form.js';
import { type ParsedBody, parseJson, payloadLimits } from './json.js';
import { compileLines } from './lines.js';
import { malformed } from './malformed.js';
import { readXmlBody } from './xml.js';

/** Reads the bytes of one message; `query` is the part of a request's address behind the question mark. */
export type BodyReader = (body: Buffer, query: string | undefined) => ParsedBody;

const LESS_THAN = 0x3c;
/** Of a request that says everything in its address. */
const NO_BODY: ParsedBody = { value: {}, cuts: 0 };

/** Throws `profile.malformed-payload` when it reads; the size is checked before a byte is looked at. */
export function compileBody(read: Profile['read']): BodyReader {
  const maxBytes = read.maxBytes ?? payloadLimits.bytes;
  const parse = compileFormat(read, maxBytes);
  return (body, query) => {
    if (body.length === 0 && query !== undefined && read.format !== 'form') return NO_BODY;
    if (body.length > maxBytes) throw malformed('too-large', `${body.length} bytes, at most ${maxBytes}`);
    return parse(body, query);
  };
}

function compileFormat(read: Profile['read'], maxBytes: number): BodyReader {
  switch (read.format) {
    case 'json':
      return (body) => parseJson(body, maxBytes);
    case 'xml':
      return readXmlBody;
    case 'auto':
      return (body) => (firstByte(body) === LESS_THAN ? readXmlBody(body) : parseJson(body, maxBytes));
    case 'form':
      return readForm;
    case 'lines':
      return compileLines(read.lines ?? {});
  }
}

/** The first byte that is no blank and no byte order mark. */
function firstByte(body: Buffer): number | undefined {
  return body.subarray(0, 64).find((byte) => byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
}
