import { AnGridError } from '@angrid/contract';
import type { DialledDevice, DriverContext } from '../driver.js';
import { CameraTime, readCameraClock } from './clock.js';
import { pathOf } from './endpoint.js';
import { type SoapCaller, SoapClient } from './soap/client.js';
import { CameraTransport } from './soap/transport.js';

/** What reaching a camera needs of the gateway. */
export type CameraAccess = Pick<DriverContext, 'clock' | 'resolve'>;

/** One camera that answered: its own connections, its own passwords state, its own clock. */
export interface Camera {
  readonly id: string;
  /** http(s) address of the device service. */
  readonly address: string;
  /** Path and query of the device service. */
  readonly devicePath: string;
  readonly client: SoapClient;
  readonly time: CameraTime;
  /** Reads the camera's clock: first without a password, with it where the camera asks for one. */
  syncClock(signal?: AbortSignal): Promise<void>;
  close(): void;
}

/** Reaches the camera and reads its clock. Errors: those of SoapClient and `device.address-*`. */
export async function openCamera(device: DialledDevice, access: CameraAccess, signal?: AbortSignal): Promise<Camera> {
  const camera = composeCamera(device, access);
  try {
    await camera.syncClock(signal);
    return camera;
  } catch (error) {
    camera.close();
    throw error;
  }
}

function composeCamera(device: DialledDevice, { clock, resolve }: CameraAccess): Camera {
  const transport = new CameraTransport({ subject: device.id, address: device.address, clock, resolve });
  const time = new CameraTime(clock);
  const devicePath = pathOf(device.address) ?? '/';
  const client: SoapClient = new SoapClient({
    subject: device.id,
    transport,
    credentials: device,
    cameraTime: () => time.now(),
    rereadClock: (caller) => readClock(caller),
  });

  async function readClock(caller: SoapCaller, signal?: AbortSignal): Promise<void> {
    const reading = { caller, path: devicePath, clock, signal };
    try {
      await readCameraClock(time, { ...reading, anonymous: true });
    } catch (error) {
      if (!(error instanceof AnGridError)) throw error;
      if (error.code === 'onvif.fault') return;
      if (error.code !== 'onvif.not-authorized') throw error;
      await readCameraClock(time, { ...reading, anonymous: false });
    }
  }

  return {
    id: device.id,
    address: device.address,
    devicePath,
    client,
    time,
    syncClock: (signal) => readClock(client, signal),
    close: () => transport.close(),
  };
}
