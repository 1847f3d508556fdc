import { randomUUID } from 'node:crypto';
import { child, escapeXml, readXml, type XmlElement, XmlRefused } from './xml.js';

/** WS-Addressing headers of one call. Event services refuse or misroute calls that lack them. */
export interface Addressing {
  readonly action: string;
  /** The address exactly as the camera gave it, even where the request goes to another one. */
  readonly to: string;
  /** Reference parameters of the endpoint, as header blocks ready to be written. */
  readonly referenceParameters?: string;
}

const NAMESPACES =
  'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://www.w3.org/2005/08/addressing" ' +
  'xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:tev="http://www.onvif.org/ver10/events/wsdl" ' +
  'xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema" ' +
  'xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2"';

/** A SOAP 1.2 request. `body` and `security` are XML in which the prefixes tds, tev, trt, tt and wsnt are declared. */
export function writeEnvelope(body: string, addressing?: Addressing, security = ''): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?><s:Envelope ${NAMESPACES}>` +
    `<s:Header>${addressing ? addressingHeaders(addressing) : ''}${security}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

function addressingHeaders({ action, to, referenceParameters }: Addressing): string {
  return (
    `<wsa:Action s:mustUnderstand="1">${escapeXml(action)}</wsa:Action>` +
    `<wsa:MessageID>urn:uuid:${randomUUID()}</wsa:MessageID>` +
    `<wsa:To s:mustUnderstand="1">${escapeXml(to)}</wsa:To>${referenceParameters ?? ''}`
  );
}

export const MAX_REPLY_BYTES = 256 * 1024;

export interface Envelope {
  readonly body: XmlElement;
  /** The document as text. */
  readonly text: string;
}

/** Throws XmlRefused for everything that is not one whole, bounded envelope. */
export function readEnvelope(reply: Buffer): Envelope {
  if (reply.byteLength > MAX_REPLY_BYTES) throw new XmlRefused(`larger than ${MAX_REPLY_BYTES} bytes`);
  const text = decode(reply);
  const envelope = readXml(text);
  const body = child(envelope, 'Body');
  if (envelope.name !== 'Envelope' || !body) throw new XmlRefused('not a SOAP envelope');
  return { body, text };
}

const CHINESE = /^\s*<\?xml[^>]*encoding=["'](gb2312|gbk|gb18030)["']/i;

/** UTF-8, or the Chinese encodings where the XML declaration names one. Bad bytes become U+FFFD. */
function decode(reply: Buffer): string {
  if (CHINESE.test(reply.toString('latin1', 0, 128))) return new TextDecoder('gb18030').decode(reply);
  return reply.toString('utf8');
}
