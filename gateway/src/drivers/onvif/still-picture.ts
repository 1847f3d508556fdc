import { AnGridError } from '@angrid/contract';
import type { DialledDevice } from '../driver.js';
import { type Camera, type CameraAccess, openCamera } from './camera.js';
import { findService } from './services.js';
import { at, escapeXml, textAt } from './soap/xml.js';
import { largest, listProfiles } from './stream-uri.js';

const MOST_BYTES = 8 * 1024 * 1024;
const DEADLINE_MS = 3000;

/**
 * A JPEG that the camera takes now, of its largest stream; what it holds is not looked at here. Errors: those of
 * SoapClient, `device.address-*`, and `media.picture-refused` for what does not even say that it is a JPEG.
 */
export async function stillPicture(device: DialledDevice, access: CameraAccess, signal?: AbortSignal): Promise<Buffer> {
  const camera = await openCamera(device, access, signal);
  try {
    return await fetchStill(camera, await stillPath(camera, signal), signal);
  } finally {
    camera.close();
  }
}

async function stillPath(camera: Camera, signal?: AbortSignal): Promise<string> {
  const media = await findService(camera, 'Media', signal);
  const profile = largest(await listProfiles(camera, media, signal));
  if (!profile) throw refused(camera, 'no video profile');
  const body = `<trt:GetSnapshotUri><trt:ProfileToken>${escapeXml(profile.token)}</trt:ProfileToken></trt:GetSnapshotUri>`;
  const { payload } = await camera.client.call({ op: 'onvif.still-uri', path: media.path, body, signal });
  return ownPath(textAt(at(payload, 'MediaUri'), 'Uri') ?? '', camera);
}

/** Path and query at the camera's own address, whatever host it names: another machine is never asked. */
export function ownPath(uri: string, camera: Pick<Camera, 'id' | 'address'>): string {
  const url = uri.length <= 2048 && URL.canParse(uri, camera.address) ? new URL(uri, camera.address) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url.pathname + url.search;
  throw refused(camera, 'the address of its picture is not an HTTP address');
}

export async function fetchStill(
  camera: Pick<Camera, 'id' | 'get'>,
  path: string,
  signal?: AbortSignal,
): Promise<Buffer> {
  const file = { op: 'onvif.still', path, deadlineMs: DEADLINE_MS, mostBytes: MOST_BYTES, signal };
  const { status, contentType, body } = await camera.get(file);
  if (status === 401) throw new AnGridError('onvif.not-authorized', { op: 'onvif.still', subject: camera.id });
  if (status !== 200) throw refused(camera, `HTTP ${status}`);
  if (!/^image\/jpe?g\b/i.test(contentType)) throw refused(camera, 'its picture is no JPEG');
  return body;
}

function refused(camera: Pick<Camera, 'id'>, detail: string): AnGridError {
  return new AnGridError('media.picture-refused', { op: 'onvif.still', subject: camera.id, detail });
}
