import { AsyncLocalStorage } from 'node:async_hooks';
import { AnGridError } from '@angrid/contract';
import library, { type OnvifDevice } from 'node-onvif';
import type { Camera } from './camera.js';

export type { OnvifDevice } from 'node-onvif';

/**
 * The one place that touches node-onvif. It gives us its device and media calls; its own transport (no deadline, no
 * size limit, connects wherever the camera points), its own passwords and its probe (one interface, one match a
 * datagram, no bound) are not used: every request of it goes through the SoapClient of the camera that is looked at.
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
