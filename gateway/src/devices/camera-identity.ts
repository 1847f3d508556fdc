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
 * Whether two cameras are one: by the first of endpoint, MAC and serial number that both have. False where they have
 * nothing in common. What is seen on the network is a claim: who acts on it must prove it.
 */
export function isSameCamera(known: CameraIdentity, seen: CameraIdentity): boolean {
  for (const part of ['endpoint', 'mac', 'serial'] as const) {
    const [one, other] = [known[part], seen[part]];
    if (one !== undefined && other !== undefined) return one === other;
  }
  return false;
}

/** Only the identity of something that has more. */
export function identityOf({ endpoint, serial, mac }: CameraIdentity): CameraIdentity {
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(serial !== undefined && serial !== '' && { serial }),
    ...(mac !== undefined && { mac }),
  };
}
