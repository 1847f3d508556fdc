import { AnGridError } from '@angrid/contract';
import { Secret } from '@angrid/runtime';
import type { CameraAccess } from '../camera.js';
import { CameraTime, CLOCK_WRONG_MS, readCameraClock } from '../clock.js';
import { pathOf } from '../endpoint.js';
import { SoapClient, type SoapRequest } from '../soap/client.js';
import { faultOf } from '../soap/fault.js';
import { CameraTransport } from '../soap/transport.js';
import { textAt, type XmlElement } from '../soap/xml.js';
import { endpointReference, shownText } from './sightings.js';

/**
 * How far a camera answers. `reachable`: it is there, and says nothing that could be read. `needs-password`: it speaks
 * ONVIF and wants a login. `clock-wrong`: it answers, and its clock is more than half a minute off. `up`: it answers.
 */
export type Reach = 'reachable' | 'needs-password' | 'up' | 'clock-wrong';

/** What a camera tells to anybody. */
export interface Look {
  readonly reach: Reach;
  /** False for what answers HTTP and knows nothing of SOAP: any web server does. */
  readonly isOnvif: boolean;
  /** Camera time minus ours; left out where it does not tell its clock. */
  readonly clockSkewMs?: number;
  readonly endpoint?: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly serial?: string;
  readonly firmware?: string;
}

/** For one answer of a camera that is known to be there, and of an address that is only tried. */
export const patienceMs = { known: 3_000, tried: 1_000 } as const;

const NOBODY = { user: '', password: new Secret('') };

export interface LookOptions {
  readonly access: CameraAccess;
  /** For one answer. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks one address who it is, without any password, so that no account can be locked. Undefined where nobody answers
 * there; throws only the signal's reason.
 */
export async function look(address: string, options: LookOptions): Promise<Look | undefined> {
  const transport = new CameraTransport({ subject: address, address, ...options.access });
  try {
    return await lookWith(transport, address, options);
  } catch (error) {
    if (options.signal?.aborted || !(error instanceof AnGridError)) throw error;
    return isSilence(error) ? undefined : { reach: 'reachable', isOnvif: false };
  } finally {
    transport.close();
  }
}

async function lookWith(transport: CameraTransport, address: string, options: LookOptions): Promise<Look> {
  const { access, patienceMs: deadlineMs, signal } = options;
  const time = new CameraTime(access.clock);
  const path = pathOf(address) ?? '/';
  const client = new SoapClient({
    subject: address,
    transport,
    credentials: NOBODY,
    cameraTime: () => time.now(),
    rereadClock: async () => undefined,
  });
  const caller = { call: (request: SoapRequest) => client.call({ ...request, anonymous: true, deadlineMs, signal }) };
  const clock = await toldBy(
    readCameraClock(time, { caller, path, clock: access.clock, anonymous: true }).then(() => ({})),
  );
  if (clock === 'not-onvif') return { reach: 'reachable', isOnvif: false };
  const ask = (operation: string) => toldBy(caller.call({ op: 'onvif.look', path, body: `<tds:${operation}/>` }));
  const information = await ask('GetDeviceInformation');
  const reference = await ask('GetEndpointReference');
  const skewMs = time.skewMs();
  return {
    reach: clock === 'password' || information === 'password' ? 'needs-password' : reachBy(information, skewMs),
    isOnvif: true,
    ...(skewMs !== undefined && { clockSkewMs: skewMs }),
    ...who(information),
    ...whereOf(reference),
  };
}

/** What an answer tells: its payload, or that there is none, for one of three reasons. */
type Told = { readonly payload?: XmlElement } | 'password' | 'fault' | 'not-onvif';

async function toldBy(call: Promise<{ readonly payload?: XmlElement }>): Promise<Told> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof AnGridError)) throw error;
    if (error.code === 'onvif.not-authorized') return 'password';
    if (error.code === 'onvif.fault') return faultOf(error) ? 'fault' : 'not-onvif';
    throw error;
  }
}

function reachBy(information: Told, skewMs: number | undefined): Reach {
  if (typeof information === 'string') return 'reachable';
  return Math.abs(skewMs ?? 0) > CLOCK_WRONG_MS ? 'clock-wrong' : 'up';
}

function who(told: Told): Partial<Look> {
  if (typeof told === 'string') return {};
  const value = (name: string): string | undefined => shownText(textAt(told.payload, name) ?? '');
  const [manufacturer, model] = [value('Manufacturer'), value('Model')];
  const [serial, firmware] = [value('SerialNumber'), value('FirmwareVersion')];
  return {
    ...(manufacturer !== undefined && { manufacturer }),
    ...(model !== undefined && { model }),
    ...(serial !== undefined && { serial }),
    ...(firmware !== undefined && { firmware }),
  };
}

function whereOf(told: Told): Partial<Look> {
  const endpoint = typeof told === 'string' ? undefined : endpointReference(textAt(told.payload, 'GUID') ?? '');
  return endpoint === undefined ? {} : { endpoint };
}

function isSilence({ code }: AnGridError): boolean {
  return code === 'onvif.unreachable' || code.startsWith('device.');
}
