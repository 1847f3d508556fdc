import { type CameraIdentity, scopesOf } from '../identity.js';
import { parseXml, find, textAt, xml } from '../onvif/xml.js';

/** A WS-Discovery Probe (April 2005 draft, the one that ONVIF uses). */
export interface Probe {
  readonly messageId: string;
  /** Local names of the types that are looked for; empty means all. */
  readonly types: readonly string[];
  readonly scopes: readonly string[];
}

const TYPES = ['NetworkVideoTransmitter', 'Device'];
const MAX_PROBE_BYTES = 8 * 1024;

/** Undefined for everything that is not a Probe. */
export function parseProbe(datagram: Buffer): Probe | undefined {
  if (datagram.length > MAX_PROBE_BYTES) return undefined;
  try {
    const message = parseXml(datagram.toString('utf8'));
    const probe = find(message, 'Body', 'Probe');
    const messageId = textAt(message, 'Header', 'MessageID');
    if (!probe || !messageId) return undefined;
    const types = words(textAt(probe, 'Types')).map((type) => type.replace(/^.*:/, ''));
    return { messageId, types, scopes: words(textAt(probe, 'Scopes')) };
  } catch {
    return undefined;
  }
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

export function matches(probe: Probe, identity: CameraIdentity): boolean {
  const own = scopesOf(identity);
  return (
    probe.types.every((type) => TYPES.includes(type)) &&
    probe.scopes.every((wanted) =>
      own.some((scope) => scope === wanted || scope.startsWith(`${wanted.replace(/\/$/, '')}/`)),
    )
  );
}

/** The ProbeMatches message; `messageId` is its own id, a urn. */
export function probeMatches(match: {
  readonly messageId: string;
  readonly relatesTo: string;
  readonly identity: CameraIdentity;
  readonly xaddrs: readonly string[];
}): Buffer {
  const { messageId, relatesTo, identity, xaddrs } = match;
  const message = xml`
    <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
                xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
                xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"
                xmlns:dn="http://www.onvif.org/ver10/network/wsdl"
                xmlns:tds="http://www.onvif.org/ver10/device/wsdl">
      <s:Header>
        <a:MessageID>${messageId}</a:MessageID>
        <a:RelatesTo>${relatesTo}</a:RelatesTo>
        <a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>
        <a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action>
      </s:Header>
      <s:Body>
        <d:ProbeMatches>
          <d:ProbeMatch>
            <a:EndpointReference><a:Address>${identity.endpoint}</a:Address></a:EndpointReference>
            <d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>
            <d:Scopes>${scopesOf(identity).join(' ')}</d:Scopes>
            <d:XAddrs>${xaddrs.join(' ')}</d:XAddrs>
            <d:MetadataVersion>1</d:MetadataVersion>
          </d:ProbeMatch>
        </d:ProbeMatches>
      </s:Body>
    </s:Envelope>`;
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${message}`);
}
