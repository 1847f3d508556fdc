import { AnGridError } from '@angrid/contract';
import { parseDeviceUrl } from '../../devices/address-guard.js';
import type { DialledDevice } from '../driver.js';
import { type Camera, type CameraAccess, openCamera } from './camera.js';
import type { Endpoint } from './endpoint.js';
import { findService } from './services.js';
import { refusesOperation } from './soap/fault.js';
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

export interface CameraStreams {
  /** The largest picture in H.264 or H.265: nothing else is recorded. */
  readonly main: VideoStream;
  /** The smallest that is good enough to look at; left out where there is none smaller than the main stream. */
  readonly analysis?: VideoStream;
}

/** Smaller pictures than this show too little. */
const LEAST_WIDTH = 160;
const LEAST_HEIGHT = 90;

/**
 * Asks the camera where the streams are that the gateway takes. Errors: those of SoapClient, `device.address-*`, and
 * `onvif.no-video` for a door controller, or a camera that gives nothing that can be recorded.
 */
export async function cameraStreams(
  device: DialledDevice,
  access: CameraAccess,
  signal?: AbortSignal,
): Promise<CameraStreams> {
  const camera = await openCamera(device, access, signal);
  try {
    const media = await findService(camera, 'Media', signal);
    const profiles = (await listProfiles(camera, media, signal).catch(noneWhereNotOffered)).filter(isRecordable);
    const large = largest(profiles);
    if (!large) throw new AnGridError('onvif.no-video', { op: 'onvif.stream-uri', subject: camera.id });
    const small = smallest(profiles, large);
    const main = { profile: large, uri: await askUri({ camera, media, signal }, large) };
    if (!small) return { main };
    return { main, analysis: { profile: small, uri: await askUri({ camera, media, signal }, small) } };
  } finally {
    camera.close();
  }
}

/** The smallest profile with a picture that is large enough, yet smaller than that one. */
function smallest(profiles: readonly VideoProfile[], main: VideoProfile): VideoProfile | undefined {
  let best: VideoProfile | undefined;
  for (const profile of profiles) {
    const { width, height } = profile;
    const fits = width >= LEAST_WIDTH && height >= LEAST_HEIGHT;
    const limit = best ?? main;
    if (fits && width * height < limit.width * limit.height) best = profile;
  }
  return best;
}

function isRecordable({ codec }: VideoProfile): boolean {
  return /^H\.?26[45]$/i.test(codec);
}

/** A device without a media service answers so from its device service. */
function noneWhereNotOffered(error: unknown): VideoProfile[] {
  if (refusesOperation(error)) return [];
  throw error;
}

interface Asked {
  readonly camera: Camera;
  readonly media: Endpoint;
  readonly signal?: AbortSignal | undefined;
}

async function askUri({ camera, media, signal }: Asked, { token }: VideoProfile): Promise<string> {
  const { payload } = await camera.client.call({
    op: 'onvif.stream-uri',
    path: media.path,
    body: streamUriBody(token),
    signal,
  });
  return ownStreamUri(textAt(at(payload, 'MediaUri'), 'Uri') ?? '', camera);
}

export async function listProfiles(camera: Camera, media: Endpoint, signal?: AbortSignal): Promise<VideoProfile[]> {
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

/** The one with the largest picture, in whatever codec. */
export function largest(profiles: readonly VideoProfile[]): VideoProfile | undefined {
  const [first, ...others] = profiles.filter((profile) => profile.codec !== '');
  let best = first;
  for (const profile of others) {
    if (best && profile.width * profile.height > best.width * best.height) best = profile;
  }
  return best;
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
