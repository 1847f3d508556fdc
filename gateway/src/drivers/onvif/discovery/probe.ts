import { at, childrenOf, readXml, textAt, type XmlElement, XmlRefused } from '../soap/xml.js';

/** Where cameras listen for probes (WS-Discovery 2005/04, section 2.4). */
export const discoveryPlace = { group: '239.255.255.250', port: 3702 } as const;

/** What is looked for. Cameras of before profile T know only the first, some recorders only the second. */
export const probeTypes = ['dn:NetworkVideoTransmitter', 'tds:Device'] as const;

/** What one device answered to a probe, cut to size but unchecked. */
export interface ProbeAnswer {
  readonly urn: string;
  readonly xaddrs: readonly string[];
  readonly scopes: readonly string[];
}

/** Why a datagram is no answer: beyond the size cap, no XML within the limits, or to a probe that is not ours. */
export type ProbeRefusal = 'too-large' | 'unreadable' | 'unasked';

const MAX_DATAGRAM_BYTES = 32 * 1024;
const MAX_MATCHES = 64;
const MAX_WORDS = 64;
const MAX_WORD_LENGTH = 512;
const XML_LIMITS = { maxDepth: 16, maxNodes: 1_000 } as const;

/** A Probe message for one of `probeTypes`; `messageId` is a bare UUID. */
export function writeProbe(messageId: string, type: (typeof probeTypes)[number]): Buffer {
  return Buffer.from(
    '<?xml version="1.0" encoding="UTF-8"?>' +
      '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ' +
      'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ' +
      'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" ' +
      'xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl">' +
      '<s:Header><a:Action s:mustUnderstand="1">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>' +
      `<a:MessageID>urn:uuid:${messageId}</a:MessageID>` +
      '<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>' +
      '<a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header>' +
      `<s:Body><d:Probe><d:Types>${type}</d:Types></d:Probe></s:Body></s:Envelope>`,
  );
}

/**
 * All matches of one datagram, or why there are none. Throws nothing, whatever the bytes are. `asked` knows the bare
 * UUIDs of our probes, in lower case.
 */
export function readProbeMatches(
  datagram: Uint8Array,
  asked: (messageId: string) => boolean,
): readonly ProbeAnswer[] | ProbeRefusal {
  if (datagram.byteLength > MAX_DATAGRAM_BYTES) return 'too-large';
  const envelope = readDatagram(datagram);
  if (!envelope) return 'unreadable';
  if (!asked(bareUuid(textAt(envelope, 'Header', 'RelatesTo') ?? ''))) return 'unasked';
  const matches = childrenOf(at(envelope, 'Body', 'ProbeMatches'), 'ProbeMatch');
  return matches.slice(0, MAX_MATCHES).map(answerOf);
}

/** Some cameras end their datagrams with zero bytes. */
function readDatagram(datagram: Uint8Array): XmlElement | undefined {
  try {
    const text = Buffer.from(datagram).toString('utf8').replace(/\0+$/, '');
    const root = readXml(text, XML_LIMITS);
    return root.name === 'Envelope' ? root : undefined;
  } catch (error) {
    if (error instanceof XmlRefused) return undefined;
    throw error;
  }
}

/** `urn:uuid:…`, `uuid:…` and the bare form name the same message. */
function bareUuid(id: string): string {
  return id.toLowerCase().replace(/^(urn:)?(uuid:)?/, '');
}

function answerOf(match: XmlElement): ProbeAnswer {
  return {
    urn: textAt(match, 'EndpointReference', 'Address') ?? '',
    xaddrs: words(textAt(match, 'XAddrs')),
    scopes: words(textAt(match, 'Scopes')),
  };
}

function words(text = ''): string[] {
  const all = text.split(/\s+/).slice(0, MAX_WORDS + 1);
  return all.filter((word) => word !== '' && word.length <= MAX_WORD_LENGTH).slice(0, MAX_WORDS);
}
