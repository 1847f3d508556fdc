import { AnGridError } from '@angrid/contract';
import type { DialledDevice } from '../driver.js';
import { type Camera, type CameraAccess, openCamera } from './camera.js';
import { endpointReference, macOf as normalMac } from './discovery/sightings.js';
import type { OnvifDevice } from './library.js';
import { textAt } from './soap/xml.js';
import { ownStreamUri, pixels, type VideoProfile } from './stream-uri.js';

export interface InventoryProfile extends VideoProfile {
  /** Left out where the camera gives none for this profile. */
  readonly streamUri?: string;
  /** Frames a second, and frames from one key frame to the next, where the camera says. */
  readonly fps?: number;
  readonly gop?: number;
}

/** What a camera says about itself, as text; nothing of it is trusted for more than showing. */
export interface Inventory {
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
  readonly serial: string;
  /** `aa:bb:cc:dd:ee:ff`; left out where the camera hides it. */
  readonly mac?: string;
  /** `urn:uuid:…`, the same at every address. */
  readonly endpoint?: string;
  /** SHA-256 fingerprint of its certificate, over https. */
  readonly certificate?: string;
  readonly profiles: readonly InventoryProfile[];
}

/** For the whole inventory, however slowly the camera answers. */
const INVENTORY_MS = 20_000;

/** A recorder lists each channel; a camera has a few. */
const MAX_PROFILES = 64;

/** Errors: those of SoapClient, `device.address-*`; `onvif.unreachable` when it takes longer than 20 s. */
export async function inventory(device: DialledDevice, access: CameraAccess, signal?: AbortSignal): Promise<Inventory> {
  const limit = new AbortController();
  const late = new AnGridError('onvif.unreachable', {
    op: 'onvif.inventory',
    subject: device.id,
    detail: `not finished within ${INVENTORY_MS} ms`,
  });
  const cancel = access.clock.after(INVENTORY_MS, () => limit.abort(late));
  const both = signal ? AbortSignal.any([signal, limit.signal]) : limit.signal;
  try {
    const camera = await openCamera(device, access, both);
    try {
      const { inspect } = await import('./library.js');
      return await inspect(camera, both, (library) => takeInventory(library, camera));
    } finally {
      camera.close();
    }
  } finally {
    cancel();
  }
}

type Tree = Record<string, unknown>;

async function takeInventory(device: OnvifDevice, camera: Camera): Promise<Inventory> {
  await device._getCapabilities();
  const answer = await device.services.device.getDeviceInformation();
  const information = branch(answer.data, 'GetDeviceInformationResponse');
  const mac = await macOf(device);
  const endpoint = await endpointOf(camera);
  const certificate = camera.certificate();
  return {
    manufacturer: text(information['Manufacturer']),
    model: text(information['Model']),
    firmware: text(information['FirmwareVersion']),
    serial: text(information['SerialNumber']),
    ...(mac === undefined ? {} : { mac }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(certificate === undefined ? {} : { certificate }),
    profiles: await profilesOf(device, camera),
  };
}

async function profilesOf(device: OnvifDevice, camera: Camera): Promise<InventoryProfile[]> {
  const { media } = device.services;
  if (!media) return [];
  const answer = await media.getProfiles();
  const found: InventoryProfile[] = [];
  for (const tree of list(branch(answer.data, 'GetProfilesResponse')['Profiles']).slice(0, MAX_PROFILES)) {
    const profile = profileOf(tree);
    const streamUri = await streamUriOf(device, profile.token, camera);
    found.push(streamUri === undefined ? profile : { ...profile, streamUri });
  }
  return found;
}

function profileOf(tree: Tree): InventoryProfile {
  const encoder = branch(tree, 'VideoEncoderConfiguration');
  const fps = pixels(text(branch(encoder, 'RateControl')['FrameRateLimit']));
  const gop = pixels(text(branch(encoder, 'H264')['GovLength']));
  const resolution = branch(encoder, 'Resolution');
  return {
    token: text(branch(tree, '$')['token']),
    name: text(tree['Name']),
    width: pixels(text(resolution['Width'])),
    height: pixels(text(resolution['Height'])),
    codec: text(encoder['Encoding']),
    ...(fps > 0 && { fps }),
    ...(gop > 0 && { gop }),
  };
}

async function streamUriOf(device: OnvifDevice, token: string, camera: Camera): Promise<string | undefined> {
  const answer = await optional(device.services.media?.getStreamUri({ ProfileToken: token, Protocol: 'RTSP' }));
  if (!answer) return undefined;
  return ownStreamUri(text(branch(answer.data, 'GetStreamUriResponse', 'MediaUri')['Uri']), camera);
}

/** Few cameras tell it; those that do not are known again by their MAC address. */
async function endpointOf(camera: Camera): Promise<string | undefined> {
  const body = '<tds:GetEndpointReference/>';
  const answer = await optional(camera.client.call({ op: 'onvif.endpoint', path: camera.devicePath, body }));
  return endpointReference(textAt(answer?.payload, 'GUID') ?? '');
}

async function macOf(device: OnvifDevice): Promise<string | undefined> {
  const answer = await optional(device.services.device.getNetworkInterfaces());
  const interfaces = list(answer && branch(answer.data, 'GetNetworkInterfacesResponse')['NetworkInterfaces']);
  for (const tree of interfaces) {
    const mac = normalMac(text(branch(tree, 'Info')['HwAddress']));
    if (mac !== undefined) return mac;
  }
  return undefined;
}

/** A fault, or a token that node-onvif cannot send, leaves this part out; a typed error ends the inventory. */
async function optional<T>(call: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof AnGridError && error.code !== 'onvif.fault') throw error;
    return undefined;
  }
}

/** The object at a path; an empty one where there is none. */
function branch(tree: Tree, ...path: string[]): Tree {
  let found: unknown = tree;
  for (const name of path) found = isTree(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  return isTree(found) ? found : {};
}

function list(value: unknown): Tree[] {
  return (Array.isArray(value) ? value : [value]).filter(isTree);
}

/** Text of an element, with or without attributes; empty where there is none. At most 2048 characters. */
function text(value: unknown): string {
  const found = isTree(value) ? value['_'] : value;
  return typeof found === 'string' ? found.trim().slice(0, 2_048) : '';
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
