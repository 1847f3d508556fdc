import { AnGridError } from '@angrid/contract';
import { parseDeviceUrl } from '../../devices/address-guard.js';
import type { DialledDevice } from '../driver.js';
import { type Camera, type CameraAccess, openCamera } from './camera.js';
import type { Endpoint } from './endpoint.js';
import { findService } from './services.js';
import { at, attribute, childrenOf, escapeXml, textAt, type XmlElement } from './soap/xml.js';

export interface VideoProfile {
  readonly token: string;
  readonly name: string;
  /** Pixels; 0 where the camera does not say. */
  readonly width: number;
  readonly height: number;
  /** As the camera writes it: `H264`, `H265`, `JPEG`. */
  readonly codec: string;
}

export interface VideoStream {
  readonly profile: VideoProfile;
  /** rtsp(s)://, without user information, at the host of the camera's own address. */
  readonly uri: string;
}

export interface StreamChoice {
  /** Profile token; the profile with the largest picture where it is not given. */
  readonly profile?: string;
  readonly signal?: AbortSignal;
}

/** Asks the camera where a stream is. Errors: those of SoapClient, `device.address-*`. */
export async function streamUri(
  device: DialledDevice,
  access: CameraAccess,
  choice: StreamChoice = {},
): Promise<VideoStream> {
  const camera = await openCamera(device, access, choice.signal);
  try {
    const media = await findService(camera, 'Media', choice.signal);
    const profiles = await listProfiles(camera, media, choice.signal);
    const profile = choose(profiles, choice.profile);
    if (!profile) throw hostile(camera, choice.profile === undefined ? 'no video profile' : 'no such video profile');
    const { payload } = await camera.client.call({
      op: 'onvif.stream-uri',
      path: media.path,
      body: streamUriBody(profile.token),
      signal: choice.signal,
    });
    return { profile, uri: ownStreamUri(textAt(at(payload, 'MediaUri'), 'Uri') ?? '', camera) };
  } finally {
    camera.close();
  }
}

async function listProfiles(camera: Camera, media: Endpoint, signal?: AbortSignal): Promise<VideoProfile[]> {
  const { payload } = await camera.client.call({
    op: 'onvif.profiles',
    path: media.path,
    body: '<trt:GetProfiles/>',
    signal,
  });
  return childrenOf(payload, 'Profiles').map(profileOf);
}

function profileOf(element: XmlElement): VideoProfile {
  const encoder = at(element, 'VideoEncoderConfiguration');
  return {
    token: attribute(element, 'token') ?? '',
    name: textAt(element, 'Name') ?? '',
    width: pixels(textAt(encoder, 'Resolution', 'Width')),
    height: pixels(textAt(encoder, 'Resolution', 'Height')),
    codec: textAt(encoder, 'Encoding') ?? '',
  };
}

/** Pixels in the text of a camera; 0 for everything that is none. */
export function pixels(text: string | undefined): number {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : 0;
}

function choose(profiles: readonly VideoProfile[], token: string | undefined): VideoProfile | undefined {
  if (token !== undefined) return profiles.find((profile) => profile.token === token);
  const [first, ...others] = profiles.filter((profile) => profile.codec !== '');
  let largest = first;
  for (const profile of others) {
    if (largest && profile.width * profile.height > largest.width * largest.height) largest = profile;
  }
  return largest;
}

function streamUriBody(token: string): string {
  return (
    '<trt:GetStreamUri><trt:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream>' +
    '<tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport></trt:StreamSetup>' +
    `<trt:ProfileToken>${escapeXml(token)}</trt:ProfileToken></trt:GetStreamUri>`
  );
}

/**
 * The stream address at the camera's own host: what it says about its host is wrong behind NAT, and could name
 * another machine. Scheme, port, path and query stay; user information goes. Error: onvif.hostile-reply.
 */
export function ownStreamUri(uri: string, camera: Pick<Camera, 'id' | 'address'>): string {
  const parts = /^(rtsps?):\/\/(?:[^@/?#]*@)?(?:\[[^\]]*\]|[^:/?#@]*)(:\d{1,5})?([/?][^#]*)?$/i.exec(uri.trim());
  if (!parts) throw hostile(camera, 'the stream address is not an RTSP address');
  const [, scheme = '', port = '', rest = '/'] = parts;
  const own = `${scheme.toLowerCase()}://${new URL(camera.address).hostname}${port}${rest}`;
  try {
    parseDeviceUrl(own, ['rtsp', 'rtsps']);
  } catch {
    throw hostile(camera, 'the stream address is not valid');
  }
  return own;
}

function hostile(camera: Pick<Camera, 'id'>, detail: string): AnGridError {
  return new AnGridError('onvif.hostile-reply', { op: 'onvif.stream-uri', subject: camera.id, detail });
}
