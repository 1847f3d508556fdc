/** What stays the same when a camera gets another address. Each part may be missing. */
export interface CameraIdentity {
  /** ONVIF endpoint reference, `urn:uuid:…` in lower case. */
  readonly endpoint?: string;
  /** As the camera writes it. */
  readonly serial?: string;
  /** `aa:bb:cc:dd:ee:ff`. */
  readonly mac?: string;
}

/**
 * Whether what is seen on the network claims to be this camera. It is only a claim: the MAC address may be guessed from
 * the endpoint reference, and anybody may send either. False where they have nothing in common.
 */
export function claimsToBe(known: CameraIdentity, seen: CameraIdentity): boolean {
  return known.endpoint !== undefined && known.endpoint === seen.endpoint
    ? true
    : (agreeOn(known, seen, 'mac') ?? agreeOn(known, seen, 'serial') ?? false);
}

/** Whether a camera that took the login is this one: hardware first, because cheap cameras share endpoint references. */
export function isSameCamera(known: CameraIdentity, told: CameraIdentity): boolean {
  return agreeOn(known, told, 'mac') ?? agreeOn(known, told, 'serial') ?? agreeOn(known, told, 'endpoint') ?? false;
}

/** Undefined where one of them does not say. */
function agreeOn(one: CameraIdentity, other: CameraIdentity, part: keyof CameraIdentity): boolean | undefined {
  const [known, told] = [one[part], other[part]];
  return known === undefined || told === undefined ? undefined : known === told;
}

/** Only the identity of something that has more; undefined where it has none. */
export function identityOf({ endpoint, serial, mac }: CameraIdentity): CameraIdentity | undefined {
  const identity = {
    ...(endpoint !== undefined && { endpoint }),
    ...(serial !== undefined && serial !== '' && { serial }),
    ...(mac !== undefined && { mac }),
  };
  return Object.keys(identity).length > 0 ? identity : undefined;
}

/** Whether a serial number or MAC address, in any spelling, names the camera. */
export function isNamed({ serial, mac }: CameraIdentity, name: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s:.-]/g, '');
  return [serial, mac].some((known) => known !== undefined && plain(known) === plain(name));
}
