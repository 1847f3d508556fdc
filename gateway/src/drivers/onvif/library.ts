import { AsyncLocalStorage } from 'node:async_hooks';
import { AnGridError } from '@angrid/contract';
import library, { type OnvifDevice } from 'node-onvif';
import type { Camera } from './camera.js';
import type { ProbeAnswer } from './discovery.js';

export type { OnvifDevice } from 'node-onvif';

/**
 * The one place that touches node-onvif. It gives us its WS-Discovery probe and its device and media calls; its own
 * transport (no deadline, no size limit, connects wherever the camera points) and its own passwords are not used:
 * every request of it goes through the SoapClient of the camera that is being looked at.
 */
interface Inspection {
  readonly camera: Camera;
  readonly signal: AbortSignal;
  /** The library turns errors into text; the typed one is kept here. */
  failure?: AnGridError;
}

const inspection = new AsyncLocalStorage<Inspection>();

library._OnvifSoap.requestCommand = async (address, method, soap) => {
  const current = inspection.getStore();
  const body = /<s:Body>(.*)<\/s:Body>/s.exec(soap)?.[1];
  if (!current || body === undefined) throw new Error(`node-onvif called ${method} outside of an inspection`);
  const { camera, signal } = current;
  try {
    const path = address.path ?? camera.devicePath;
    const reply = await camera.client.call({ op: `onvif.${method}`, path, body, signal });
    const envelope = await library._OnvifSoap.parse(reply.text);
    return { data: envelope['Body'] as Record<string, unknown> };
  } catch (error) {
    if (error instanceof AnGridError) current.failure = error;
    throw error;
  }
};

/** Lets node-onvif ask one camera. What it could not do is thrown as the AnGridError that stood behind it. */
export async function inspect<T>(
  camera: Camera,
  signal: AbortSignal,
  look: (device: OnvifDevice) => Promise<T>,
): Promise<T> {
  const current: Inspection = { camera, signal };
  try {
    return await inspection.run(current, () => look(new library.OnvifDevice({ xaddr: camera.address })));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw current.failure ?? unreadable(camera, error);
  }
}

function unreadable(camera: Camera, cause: unknown): AnGridError {
  const detail = 'the answers lack what every camera must give';
  return new AnGridError('onvif.hostile-reply', { op: 'onvif.inventory', subject: camera.id, detail, cause });
}

let running: Promise<ProbeAnswer[]> | undefined;

/**
 * One WS-Discovery probe by multicast, about three seconds; callers at the same time share it, because the library
 * has one socket. Ends early with an empty list when the signal is aborted. Error: onvif.unreachable.
 */
export async function multicastProbe(signal: AbortSignal): Promise<readonly ProbeAnswer[]> {
  if (signal.aborted) return [];
  running ??= startProbe().finally(() => (running = undefined));
  const aborted = new Promise<readonly ProbeAnswer[]>((resolve) => {
    signal.addEventListener('abort', () => resolve([]), { once: true });
  });
  return Promise.race([running, aborted]);
}

async function startProbe(): Promise<ProbeAnswer[]> {
  const probing = library.startProbe();
  // The library takes its error listener off once the socket is bound; a late error would end the process.
  const socket = library._udp;
  socket?.once('listening', () => socket.on('error', () => undefined));
  try {
    return await probing;
  } catch (cause) {
    throw new AnGridError('onvif.unreachable', { op: 'onvif.discover', detail: 'the probe could not be sent', cause });
  }
}
