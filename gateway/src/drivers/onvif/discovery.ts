import type { Candidate } from '../driver.js';
import { parseDeviceUrl } from '../../devices/address-guard.js';

/** What one device answered to a probe, unchecked. */
export interface ProbeAnswer {
  readonly urn: string;
  readonly xaddrs: readonly string[];
  readonly scopes: readonly string[];
}

export interface DiscoveryOptions {
  /** Asks the network once: what answered, unchecked. */
  probe(signal: AbortSignal): Promise<readonly ProbeAnswer[]>;
  /** True for an IP address inside the networks of the site. */
  allows(host: string): boolean;
}

/** More answers than a site has cameras are a flood. */
const MAX_CANDIDATES = 1_024;
const MAX_XADDRS = 16;

/**
 * The cameras that answered a probe. An answer is as little trusted as any address: it needs a stable endpoint
 * reference (urn:uuid) and an http(s) address inside the site's networks, or there is no candidate.
 */
export async function* discoverCameras(options: DiscoveryOptions, signal: AbortSignal): AsyncIterable<Candidate> {
  const seen = new Set<string>();
  for (const answer of await options.probe(signal)) {
    if (signal.aborted || seen.size >= MAX_CANDIDATES) return;
    const candidate = candidateOf(answer, options.allows);
    if (!candidate || seen.has(candidate.uniqueId)) continue;
    seen.add(candidate.uniqueId);
    yield candidate;
  }
}

function candidateOf(answer: ProbeAnswer, allows: (host: string) => boolean): Candidate | undefined {
  const uniqueId = endpointReference(answer.urn);
  const address = answer.xaddrs.slice(0, MAX_XADDRS).find((xaddr) => isInside(xaddr, allows));
  if (uniqueId === undefined || address === undefined) return undefined;
  const manufacturer = scopeValue(answer.scopes, 'manufacturer') ?? scopeValue(answer.scopes, 'mfr');
  const model = scopeValue(answer.scopes, 'hardware');
  const name = scopeValue(answer.scopes, 'name');
  return {
    uniqueId,
    address,
    ...(manufacturer === undefined ? {} : { manufacturer }),
    ...(model === undefined ? {} : { model }),
    ...(name === undefined ? {} : { name }),
  };
}

/** `urn:uuid:…` in lower case; some cameras leave the `urn:` out. Anything else is not stable. */
function endpointReference(urn: unknown): string | undefined {
  const match = typeof urn === 'string' && /^(?:urn:)?(uuid:[0-9a-f-]{12,64})$/i.exec(urn.trim());
  return match ? `urn:${(match[1] as string).toLowerCase()}` : undefined;
}

function isInside(xaddr: string, allows: (host: string) => boolean): boolean {
  try {
    return allows(parseDeviceUrl(xaddr, ['http', 'https']).host);
  } catch {
    return false;
  }
}

/** The last segment of `onvif://www.onvif.org/<kind>/…`, as text that may be shown. */
function scopeValue(scopes: readonly string[], kind: string): string | undefined {
  const prefix = `onvif://www.onvif.org/${kind}/`;
  const scope = scopes.find((candidate) => candidate.toLowerCase().startsWith(prefix));
  const text = decoded(scope?.slice(prefix.length).split('/').at(-1) ?? '');
  const shown = text
    .replace(/[\p{C}\p{Z}_]+/gu, ' ')
    .trim()
    .slice(0, 128);
  return shown === '' ? undefined : shown;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
