import { parseDeviceUrl } from '../../../devices/address-guard.js';
import type { ProbeAnswer } from './probe.js';

/** A device that answered a probe and may be a camera. Nothing of it is believed for more than looking at it. */
export interface Sighting {
  /** `urn:uuid:…` in lower case: the same over restarts and addresses. */
  readonly endpoint: string;
  /** Addresses of its device service inside the site's networks, one for each of its network cards. */
  readonly addresses: readonly string[];
  readonly manufacturer?: string;
  readonly model?: string;
  readonly name?: string;
  readonly serial?: string;
  readonly mac?: string;
}

/** What became of an answer. The last three are no candidates, and are counted. */
export type Sighted = 'new' | 'known' | 'no-address' | 'outside' | 'no-endpoint';

/** More devices than a site has are a flood. */
const MAX_SIGHTINGS = 1_024;
const MAX_ADDRESSES = 4;

/** What answered, by endpoint reference: a device with two network cards, or two answers, is one. */
export class Sightings {
  private readonly found = new Map<string, Sighting>();

  /** `allows` is true for an IP address inside the networks of the site. */
  constructor(private readonly allows: (host: string) => boolean) {}

  get size(): number {
    return this.found.size;
  }

  all(): readonly Sighting[] {
    return [...this.found.values()];
  }

  add(answer: ProbeAnswer): Sighted {
    const endpoint = endpointReference(answer.urn);
    if (endpoint === undefined) return 'no-endpoint';
    if (answer.xaddrs.length === 0) return 'no-address';
    const inside = answer.xaddrs.filter((address) => isInside(address, this.allows));
    if (inside.length === 0) return 'outside';
    const before = this.found.get(endpoint);
    if (!before && this.found.size >= MAX_SIGHTINGS) return 'known';
    const addresses = [...new Set([...(before?.addresses ?? []), ...inside])].slice(0, MAX_ADDRESSES);
    this.found.set(endpoint, { ...told(answer.scopes), ...before, endpoint, addresses });
    return before ? 'known' : 'new';
  }
}

/** `urn:uuid:…` in lower case; some cameras leave the `urn:` out. Anything else is not stable: undefined. */
export function endpointReference(urn: string): string | undefined {
  const match = /^(?:urn:)?(uuid:[0-9a-f-]{12,64})$/i.exec(urn.trim());
  return match ? `urn:${(match[1] as string).toLowerCase()}` : undefined;
}

/** The MAC address that most makers put at the end of the endpoint reference; only a hint. */
export function macOfEndpoint(endpoint: string | undefined): string | undefined {
  return macOf(/-([0-9a-f]{12})$/.exec(endpoint ?? '')?.[1]);
}

/** `aa:bb:cc:dd:ee:ff` from any spelling; undefined for what is none, and for all zeros. */
export function macOf(text: string | undefined): string | undefined {
  const digits = (text ?? '').replace(/[:\-.]/g, '').toLowerCase();
  if (!/^[0-9a-f]{12}$/.test(digits) || /^0+$/.test(digits)) return undefined;
  return (digits.match(/../g) as string[]).join(':');
}

function isInside(address: string, allows: (host: string) => boolean): boolean {
  try {
    return allows(parseDeviceUrl(address, ['http', 'https']).host);
  } catch {
    return false;
  }
}

function told(scopes: readonly string[]): Partial<Sighting> {
  const manufacturer = scopeValue(scopes, 'manufacturer') ?? scopeValue(scopes, 'mfr');
  const model = scopeValue(scopes, 'hardware');
  const name = scopeValue(scopes, 'name');
  const serial = scopeValue(scopes, 'serial');
  const mac = macOf(scopeValue(scopes, 'mac'));
  return {
    ...(manufacturer !== undefined && { manufacturer }),
    ...(model !== undefined && { model }),
    ...(name !== undefined && { name }),
    ...(serial !== undefined && { serial }),
    ...(mac !== undefined && { mac }),
  };
}

/** The last segment of `onvif://www.onvif.org/<kind>/…`, as text that may be shown. */
function scopeValue(scopes: readonly string[], kind: string): string | undefined {
  const prefix = `onvif://www.onvif.org/${kind}/`;
  const scope = scopes.find((candidate) => candidate.toLowerCase().startsWith(prefix));
  return shownText(decoded(scope?.slice(prefix.length).split('/').at(-1) ?? ''));
}

/** Text of a device that cannot disturb a screen; undefined where nothing is left. */
export function shownText(text: string): string | undefined {
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
