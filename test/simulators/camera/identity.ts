import { createHash } from 'node:crypto';

/** What a camera says about itself. Everything is derived from its id, so it stays the same over restarts. */
export interface CameraIdentity {
  readonly name: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
  readonly hardwareId: string;
  readonly serialNumber: string;
  /** Locally administered, as `02:1a:…`. */
  readonly mac: string;
  /** `urn:uuid:…`; its last twelve digits are the MAC, as real cameras do. */
  readonly endpoint: string;
}

export function identityOf(id: string, name: string): CameraIdentity {
  const digest = createHash('sha256').update(`simulated camera ${id}`).digest('hex');
  const mac = `02${digest.slice(0, 10)}`;
  const uuid = [
    digest.slice(10, 18),
    digest.slice(18, 22),
    `5${digest.slice(22, 25)}`,
    `a${digest.slice(25, 28)}`,
    mac,
  ];
  return {
    name,
    manufacturer: 'AnGrid',
    model: 'Simulated Camera 1',
    firmware: '1.10.0',
    hardwareId: '1.0',
    serialNumber: digest.slice(28, 40).toUpperCase(),
    mac: (mac.match(/../g) ?? []).join(':'),
    endpoint: `urn:uuid:${uuid.join('-')}`,
  };
}

/** The scopes that discovery and GetScopes give; names are percent-encoded. */
export function scopesOf(identity: CameraIdentity): string[] {
  const scope = (path: string): string => `onvif://www.onvif.org/${path}`;
  return [
    scope('type/Network_Video_Transmitter'),
    scope('type/video_encoder'),
    scope('Profile/Streaming'),
    scope('Profile/T'),
    scope(`hardware/${encodeURIComponent(identity.model)}`),
    scope(`name/${encodeURIComponent(identity.name)}`),
    scope('location/'),
  ];
}
