import { child, textAt, writeElement, type XmlElement } from './soap/xml.js';

/** Where calls of one service or subscription go. */
export interface Endpoint {
  /** The address exactly as the camera gave it, for wsa:To. */
  readonly to: string;
  /** Path and query; scheme, host and port are always those of the device's own address. */
  readonly path: string;
  /** Header blocks that go with every call. */
  readonly referenceParameters: string;
}

const MAX_ADDRESS = 2_048;
const MAX_PARAMETERS = 8_192;
const ANYWHERE = 'http://camera.invalid';

/**
 * Path and query of an address that a camera gave. Its host and port are left out on purpose: behind NAT they are
 * wrong, and a hostile camera could name another machine. Relative addresses count from `base`.
 * Undefined where there is no path to take: empty, `urn:…`, another scheme.
 */
export function pathOf(address: string, base = '/'): string | undefined {
  const text = address.trim();
  if (text === '' || text.length > MAX_ADDRESS) return undefined;
  const absolute = /^(?:https?:)?\/\/[^/?#]*(.*)$/is.exec(text);
  if (absolute) return normalPath(absolute[1] as string);
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return undefined;
  if (text.startsWith('/')) return normalPath(text);
  return normalPath(base.replace(/[^/]*(\?.*)?$/, '') + text);
}

function normalPath(path: string): string | undefined {
  const text = ANYWHERE + (path.startsWith('/') ? path : `/${path}`);
  if (!URL.canParse(text)) return undefined;
  const { pathname, search } = new URL(text);
  return pathname + search;
}

/** The endpoint of a SubscriptionReference; `service` serves where it says nothing usable. */
export function subscriptionEndpoint(reference: XmlElement | undefined, service: Endpoint): Endpoint {
  const address = textAt(reference, 'Address') ?? '';
  return {
    to: address === '' || address.length > MAX_ADDRESS ? service.to : address,
    path: pathOf(address, service.path) ?? service.path,
    referenceParameters: referenceParameters(reference),
  };
}

/** Echoed block by block and unchanged, marked as WS-Addressing 1.0 (SOAP binding 3.3.2) demands. */
function referenceParameters(reference: XmlElement | undefined): string {
  const mark = ' xmlns:a10="http://www.w3.org/2005/08/addressing" a10:IsReferenceParameter="true"';
  const holders = [child(reference, 'ReferenceParameters'), child(reference, 'ReferenceProperties')];
  const blocks = holders.flatMap((holder) => holder?.children ?? []);
  const written = blocks.map((block) => writeElement(block, mark)).join('');
  return written.length > MAX_PARAMETERS ? '' : written;
}
