import { AnGridError } from '@angrid/contract';
import { type Credentials, DigestAuth, readChallenges } from '../../digest/digest.js';
import type { DialledDevice, DriverContext } from '../driver.js';
import { CameraTime, readCameraClock } from './clock.js';
import { pathOf } from './endpoint.js';
import { type SoapCaller, SoapClient, type SoapClientOptions } from './soap/client.js';
import type { HttpReply } from './soap/http-reply.js';
import { CameraTransport, type Post } from './soap/transport.js';

/** What reaching a camera needs of the gateway. */
export type CameraAccess = Pick<DriverContext, 'clock' | 'resolve'> & Pick<SoapClientOptions, 'passwordAttempts'>;

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
  /** A file of the camera, under HTTP Digest where it asks for a password; that is sent once. */
  get(file: CameraFile): Promise<HttpReply>;
  /** SHA-256 fingerprint of its certificate; undefined over http. */
  certificate(): string | undefined;
  close(): void;
}

export type CameraFile = Pick<Post, 'op' | 'path' | 'deadlineMs' | 'signal'> & { readonly mostBytes: number };

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

function composeCamera(device: DialledDevice, { clock, resolve, passwordAttempts }: CameraAccess): Camera {
  const { id: subject, address, certificate } = device;
  const transport = new CameraTransport({ subject, address, certificate, clock, resolve });
  const time = new CameraTime(clock);
  const devicePath = pathOf(device.address) ?? '/';
  const client: SoapClient = new SoapClient({
    subject,
    transport,
    credentials: device,
    passwordAttempts,
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
    get: fileReader(transport, device),
    certificate: () => transport.certificateFingerprint,
    close: () => transport.close(),
  };
}

/** Reads files of a camera; the password is sent once at most, and only where the camera asks for it. */
export function fileReader(
  transport: Pick<CameraTransport, 'post'>,
  credentials: Credentials,
): (file: CameraFile) => Promise<HttpReply> {
  return async (file) => {
    const digest = new DigestAuth(credentials);
    const get = { ...file, method: 'GET' as const, body: '' };
    const first = await transport.post({ ...get, headers: {} });
    if (first.status !== 401) return first;
    digest.take(readChallenges(first.challenges));
    const authorization = digest.header('GET', file.path);
    return authorization === undefined ? first : transport.post({ ...get, headers: { authorization } });
  };
}
