import { AnGridError } from '@angrid/contract';
import type { DialledDevice } from '../driver.js';
import { type CameraAccess, openCamera } from './camera.js';

/**
 * Whether the camera takes this login, at the price of one refusal at most: cameras lock accounts. It is asked without a
 * login first, so that one that wants HTTP Digest has said so by then. Errors: those of SoapClient but not-authorized.
 */
export async function tryLogin(device: DialledDevice, access: CameraAccess, signal?: AbortSignal): Promise<boolean> {
  const question = { op: 'onvif.login', body: '<tds:GetDeviceInformation/>', signal };
  try {
    const camera = await openCamera(device, { ...access, passwordAttempts: 1 }, signal);
    try {
      const { client, devicePath: path } = camera;
      await client.call({ ...question, path, anonymous: true }).catch(unlessRefused);
      await client.call({ ...question, path });
      return true;
    } finally {
      camera.close();
    }
  } catch (error) {
    unlessRefused(error);
    return false;
  }
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof AnGridError) || error.code !== 'onvif.not-authorized') throw error;
}
