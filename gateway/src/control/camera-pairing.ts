import { AnGridError } from '@angrid/contract';
import { Secret } from '@angrid/runtime';
import { parseDeviceUrl } from '../devices/address-guard.js';
import { factsOf } from '../devices/camera-facts.js';
import { type CameraIdentity, identityOf, isNamed } from '../devices/camera-identity.js';
import type { PairedDevice } from '../devices/device.js';
import { type Inventory, inventory, look, macOf, patienceMs, scan, tryLogin } from '../drivers/onvif/index.js';
import type { ControlWorks } from '../gateway.js';

/** A camera as it is asked for: by its address, or by a serial number or MAC that is looked for on the network. */
export interface WantedCamera {
  readonly id: string;
  readonly name?: string | undefined;
  readonly profile?: string | undefined;
  readonly address?: string | undefined;
  readonly serial?: string | undefined;
  /** Both or none: then the site's credential list is tried. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly timezone?: string | undefined;
}

export interface PairedCamera {
  readonly device: PairedDevice;
  /** Where it was asked. */
  readonly inventory?: Inventory;
}

interface Login {
  readonly user: string;
  readonly password: Secret;
}

/**
 * A camera is asked who it is before it is taken, or its address or login changed: a wrong password shows now and not at
 * the first alert. `isNew` hardware is asked always, and its certificate taken as it is; any other must still have the
 * one that it was paired with.
 */
export async function pairCamera(
  works: ControlWorks,
  wanted: WantedCamera,
  { before, isNew }: { readonly before: PairedDevice | undefined; readonly isNew: boolean },
): Promise<PairedCamera> {
  const { id, name = id, profile = '', timezone } = wanted;
  const address = wanted.address ?? (await addressOf(works, wanted));
  parseDeviceUrl(address, ['http', 'https']);
  const login = await loginOf(works, wanted, address);
  works.redactor.register(login.password);
  const zone = timezone === undefined ? {} : { timezone };
  const device: PairedDevice = { id, kind: 'camera', name, profile, address, ...login, ...zone };
  if (!isNew && before && isSameSession(before, device)) return { device: { ...device, ...knownOf(before) } };
  const certificate = isNew ? undefined : before?.certificate;
  const found = await inventory({ ...device, address, password: login.password, certificate }, accessOf(works));
  const identity = identityOf(confirmed(found, wanted.serial));
  return { device: { ...device, ...knownOf({ ...found, identity }) }, inventory: found };
}

/** The camera that was found by its serial number or MAC must say the same; some keep their MAC to themselves. */
function confirmed(found: Inventory, named: string | undefined): CameraIdentity {
  if (named === undefined || isNamed(found, named)) return found;
  const mac = macOf(named);
  if (mac === undefined || found.mac !== undefined) throw notFound(named);
  return { ...found, mac };
}

/** What a camera is from now on compared with. */
export async function keepFacts({ cameraFacts, clock }: ControlWorks, id: string, found: Inventory): Promise<void> {
  await cameraFacts.keep(id, factsOf(found, new Date(clock.wall()).toISOString()));
}

function isSameSession(before: PairedDevice, { address, user, password }: PairedDevice): boolean {
  return before.address === address && before.user === user && before.password?.reveal() === password?.reveal();
}

function knownOf({
  identity,
  certificate,
}: {
  readonly identity?: CameraIdentity | undefined;
  readonly certificate?: string;
}) {
  return { ...(identity && { identity }), ...(certificate !== undefined && { certificate }) };
}

/** Where the camera of that serial number or MAC address is now. */
async function addressOf(works: ControlWorks, { id, serial }: WantedCamera): Promise<string> {
  if (serial === undefined) throw invalid(id, 'a camera needs its address, or a serial number or MAC');
  let address: string | undefined;
  const found = new AbortController();
  await scan({
    access: accessOf(works),
    allows: (host) => works.guard.allows(host),
    signal: found.signal,
    tell(news) {
      if (!('camera' in news) || !isNamed(news.camera, serial)) return;
      address = news.camera.address;
      found.abort(new Error('found'));
    },
  }).catch((error: unknown) => {
    if (address === undefined) throw error;
  });
  if (address === undefined) throw notFound(serial);
  return address;
}

async function loginOf(works: ControlWorks, wanted: WantedCamera, address: string): Promise<Login> {
  const { id, user, password } = wanted;
  if (user !== undefined && password !== undefined) return { user, password: new Secret(password) };
  if (user !== undefined || password !== undefined) throw invalid(id, 'user and password of a camera go together');
  const access = accessOf(works);
  const seen = await look(address, { access, patienceMs: patienceMs.known });
  if (!seen) throw new AnGridError('onvif.unreachable', { op: 'device.add', subject: id, detail: address });
  const serial = wanted.serial ?? seen.serial;
  const tried = { ...seen, host: new URL(address).host, ...(serial !== undefined && { serial }) };
  const found = await works.credentials.login(tried, (login) =>
    tryLogin({ id, address, user: login.user, password: login.password }, access),
  );
  return { user: found.user, password: found.password };
}

function accessOf({ clock, guard }: ControlWorks) {
  return { clock, resolve: (host: string) => guard.resolve(host) };
}

function notFound(subject: string): AnGridError {
  return new AnGridError('camera.not-found', { op: 'device.add', subject });
}

function invalid(subject: string, detail: string): AnGridError {
  return new AnGridError('input.invalid', { op: 'device.add', subject, detail });
}
