import { AnGridError } from '@angrid/contract';
import type { Camera } from './camera.js';
import { type Endpoint, pathOf } from './endpoint.js';
import { at, childrenOf, textAt } from './soap/xml.js';

export type Service = 'Events' | 'Media';

const NAMESPACE: Record<Service, string> = {
  Events: 'http://www.onvif.org/ver10/events/wsdl',
  Media: 'http://www.onvif.org/ver10/media/wsdl',
};

/**
 * Where a service lives: from GetCapabilities, else from GetServices, else the device service itself, because
 * capability lists lie in both directions and only the call shows the truth.
 */
export async function findService(camera: Camera, service: Service, signal?: AbortSignal): Promise<Endpoint> {
  const address = (await fromCapabilities(camera, service, signal)) ?? (await fromServices(camera, service, signal));
  return {
    to: address ?? camera.address,
    path: pathOf(address ?? '', camera.devicePath) ?? camera.devicePath,
    referenceParameters: '',
  };
}

async function fromCapabilities(camera: Camera, service: Service, signal?: AbortSignal): Promise<string | undefined> {
  const body = '<tds:GetCapabilities><tds:Category>All</tds:Category></tds:GetCapabilities>';
  const reply = await unlessFault(
    camera.client.call({ op: 'onvif.capabilities', path: camera.devicePath, body, signal }),
  );
  return textAt(at(reply?.payload, 'Capabilities', service), 'XAddr');
}

async function fromServices(camera: Camera, service: Service, signal?: AbortSignal): Promise<string | undefined> {
  const body = '<tds:GetServices><tds:IncludeCapability>false</tds:IncludeCapability></tds:GetServices>';
  const reply = await unlessFault(camera.client.call({ op: 'onvif.services', path: camera.devicePath, body, signal }));
  const services = childrenOf(reply?.payload, 'Service');
  return textAt(
    services.find((candidate) => textAt(candidate, 'Namespace') === NAMESPACE[service]),
    'XAddr',
  );
}

/** The value, or undefined where the camera only answers with a fault. */
async function unlessFault<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof AnGridError && error.code === 'onvif.fault') return undefined;
    throw error;
  }
}
