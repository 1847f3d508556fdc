import { AnGridError, deviceKindSchema, idSchema } from '@angrid/contract';
import type { CompiledProfile } from '@angrid/device-profiles';
import type { Secret } from '@angrid/runtime';
import { z } from 'zod';
import type { PairedDevice } from '../devices/device.js';
import { generatePanelCredential, type PanelCredential } from '../devices/credential.js';
import { type Inventory, inventory } from '../drivers/onvif/index.js';
import type { ControlWorks } from '../gateway.js';
import type { DeviceProbe, DeviceStored } from './answers.js';
import { keepFacts, pairCamera } from './camera-pairing.js';
import { rowOf } from './device-row.js';
import { panelAccess } from './panel-access.js';
import { pushParts } from './pushing-panel.js';
import { provision } from './provision.js';
import { bodyAs, type ControlRoute, route } from './route.js';

const passwordSchema = z.string().min(1).max(128);
const fields = {
  name: z.string().min(1).max(200).optional(),
  profile: z.string().min(1).max(96).optional(),
  address: z.string().max(400).optional(),
  /** Cameras: serial number or MAC, where the address is not known. */
  serial: z.string().min(1).max(64).optional(),
  user: z.string().min(1).max(64).optional(),
  password: passwordSchema.optional(),
  deviceUser: z.string().min(1).max(64).optional(),
  /** It stands in topics. */
  vendorId: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,64}$/)
    .optional(),
  timezone: z.string().max(64).optional(),
};
const addSchema = z.strictObject({ id: idSchema, kind: deviceKindSchema.optional(), ...fields });
const changeSchema = z.strictObject(fields);
const newPasswordSchema = z.strictObject({ password: passwordSchema.optional() });
type Wanted = z.infer<typeof addSchema>;

/** The registry's file takes no more. */
const MOST_DEVICES = 2000;
const PANEL_USER = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Devices of this gateway. `PATCH` changes what is given and keeps the password; `replace` is for new hardware in the
 * same place and makes a new one. A panel's password is in the answer once, and never again.
 */
export function deviceRoutes(works: ControlWorks): ControlRoute[] {
  return [
    route('GET', '/devices', () => ({ json: works.registry.all().map((device) => rowOf(works, device)) })),
    route('POST', '/devices', async (call) => ({ json: await add(works, bodyAs(addSchema, call, 'device.add')) })),
    route('PATCH', '/devices/:id', async (call) => ({
      json: await change(works, call.params[0] ?? '', bodyAs(changeSchema, call, 'device.change')),
    })),
    route('POST', '/devices/:id/replace', async (call) => ({
      json: await replace(works, call.params[0] ?? '', bodyAs(changeSchema, call, 'device.replace')),
    })),
    route('POST', '/devices/:id/password', async (call) => ({
      json: await renewPassword(
        works,
        call.params[0] ?? '',
        bodyAs(newPasswordSchema, call, 'device.password').password,
      ),
    })),
    route('POST', '/devices/:id/test', async ({ params: [id = ''], signal }) => ({
      json: await probe(works, id, signal),
    })),
    route('POST', '/devices/:id/relearn', async ({ params: [id = ''] }) => ({ json: await relearn(works, id) })),
    route('DELETE', '/devices/:id', async ({ params: [id = ''] }) => ({ json: await remove(works, id) })),
  ];
}

async function relearn({ registry, pictures }: ControlWorks, id: string): Promise<{ readonly relearned: string }> {
  if (registry.get(id).kind !== 'camera') throw invalid('device.relearn', id, `${id} is no camera`);
  await pictures.relearn(id);
  return { relearned: id };
}

function add(works: ControlWorks, wanted: Wanted): Promise<DeviceStored> {
  const { id } = wanted;
  if (works.registry.find(id)) {
    throw new AnGridError('subject.conflict', { op: 'device.add', subject: id, detail: `${id} is paired already` });
  }
  if (works.registry.all().length >= MOST_DEVICES) {
    throw new AnGridError('input.invalid', {
      op: 'device.add',
      subject: id,
      detail: `${MOST_DEVICES} devices at most`,
    });
  }
  return store(works, wanted, { newPassword: true, isNew: true });
}

function change(works: ControlWorks, id: string, wanted: Omit<Wanted, 'id' | 'kind'>): Promise<DeviceStored> {
  const next = { ...known(works, id), ...wanted };
  const isPush = works.profiles.get(next.profile ?? '')?.protocol === 'http';
  return store(works, next, { newPassword: !isPush && wanted.password !== undefined, isNew: false });
}

function replace(works: ControlWorks, id: string, wanted: Omit<Wanted, 'id' | 'kind'>): Promise<DeviceStored> {
  return store(works, { ...known(works, id), ...wanted }, { newPassword: true, isNew: true });
}

/** A camera, or a panel that is called, is given the password that it has; any other gets one that nobody has seen. */
function renewPassword(works: ControlWorks, id: string, password: string | undefined): Promise<DeviceStored> {
  const isCamera = works.profiles.get(works.registry.get(id).profile)?.protocol === 'onvif';
  if (!isCamera && password === undefined) return replace(works, id, {});
  if (password === undefined) throw invalid('device.password', id, 'a camera needs its password');
  return change(works, id, { password });
}

/** What is paired, as it would be asked for; a camera keeps its password unless another one is given. */
function known(works: ControlWorks, id: string): Wanted {
  const { kind, name, profile, address, user, deviceUser, vendorId, timezone, password } = works.registry.get(id);
  return {
    id,
    kind,
    name,
    profile,
    user,
    ...(deviceUser !== undefined && { deviceUser }),
    ...(address !== undefined && { address }),
    ...(vendorId !== undefined && { vendorId }),
    ...(timezone !== undefined && { timezone }),
    ...(password !== undefined && { password: password.reveal() }),
  };
}

async function store(works: ControlWorks, wanted: Wanted, { newPassword, isNew }: Renewal): Promise<DeviceStored> {
  const profile = profileOf(works, wanted);
  const kind = wanted.kind ?? profile.device;
  const before = works.registry.find(wanted.id);
  const made: Made =
    profile.protocol === 'onvif'
      ? await pairCamera(works, wanted, { before, isNew })
      : await panelOf(works, { wanted, kind, before, newPassword, profile });
  const { name } = made.device;
  if (!before) await works.pipeline.forget(wanted.id);
  await provision(works, {
    op: 'device.upsert',
    device: wanted.id,
    kind,
    name,
    profile: profile.name,
    ...(made.inventory && {
      manufacturer: made.inventory.manufacturer.slice(0, 96),
      model: made.inventory.model.slice(0, 96),
    }),
  });
  if (isNew && made.inventory) await keepFacts(works, wanted.id, made.inventory);
  await works.registry.put(made.device);
  await works.external?.settled();
  if (before && !sameAccount(before, made.device)) cutOff(works, wanted.id);
  const { device, password, inventory: found } = made;
  const shown = password !== undefined || (newPassword && isKnownByAddress(profile));
  return {
    device: rowOf(works, device),
    ...(shown && { access: panelAccess(works, { device, profile, password }) }),
    ...(found && { inventory: found }),
  };
}

interface Renewal {
  readonly newPassword: boolean;
  /** Hardware that was not there before. */
  readonly isNew: boolean;
}

interface Made {
  readonly device: PairedDevice;
  /** A new one of a panel. */
  readonly password?: Secret;
  readonly inventory?: Inventory;
}

function profileOf({ profiles }: ControlWorks, { id, profile }: Wanted): CompiledProfile {
  const found = profile === undefined ? undefined : profiles.get(profile);
  if (found) return found;
  throw new AnGridError('profile.unknown', {
    op: 'device.add',
    subject: profile ?? id,
    detail: [...profiles.keys()].join(', '),
  });
}

interface Panel extends Pick<Renewal, 'newPassword'> {
  readonly wanted: Wanted;
  readonly kind: PairedDevice['kind'];
  readonly before: PairedDevice | undefined;
  readonly profile: CompiledProfile;
}

async function panelOf(works: ControlWorks, panel: Panel): Promise<Made> {
  const { wanted, kind, before, newPassword, profile: compiled } = panel;
  const { id, name = id, profile = '', user = id, vendorId, timezone } = wanted;
  if (!PANEL_USER.test(user)) throw invalid('device.add', id, 'the user of a panel is of A-Z a-z 0-9 _ -');
  const owner = works.registry.byUser(user);
  if (owner && owner.id !== id) {
    throw new AnGridError('subject.conflict', {
      op: 'device.add',
      subject: id,
      detail: `the user ${user} is ${owner.id}`,
    });
  }
  const push = compiled.protocol === 'http' ? await pushParts(works, wanted, compiled) : {};
  const kept = newPassword ? undefined : before?.passwordHash;
  const fresh = kept === undefined && !isKnownByAddress(compiled) ? freshCredential() : undefined;
  const passwordHash = kept ?? fresh?.hash;
  const device = {
    id,
    kind,
    name,
    profile,
    user,
    ...push,
    ...(passwordHash !== undefined && { passwordHash }),
    ...(vendorId !== undefined && { vendorId }),
    ...(timezone !== undefined && { timezone }),
  };
  return { device, ...(fresh && { password: fresh.password }) };
}

/** A spreadsheet takes a password that begins with `-` for a formula, and a command line for an option. */
function freshCredential(): PanelCredential {
  for (;;) {
    const credential = generatePanelCredential();
    if (/^[A-Za-z0-9]/.test(credential.password.reveal())) return credential;
  }
}

/** Whether a session that the device has may go on: another name is no reason to end it. */
function sameAccount(before: PairedDevice, after: PairedDevice): boolean {
  return (
    before.user === after.user &&
    before.passwordHash === after.passwordHash &&
    before.vendorId === after.vendorId &&
    before.profile === after.profile
  );
}

function isKnownByAddress({ source }: CompiledProfile): boolean {
  return source.transport.http?.login === 'address';
}

/** Ends what a device has open. */
function cutOff({ broker, http }: ControlWorks, id: string): void {
  broker.disconnect(id);
  http.forget(id);
}

async function probe(works: ControlWorks, id: string, signal: AbortSignal): Promise<DeviceProbe> {
  const device = works.registry.get(id);
  const { address, user, password, passwordHash, certificate } = device;
  const isCamera = passwordHash === undefined && works.profiles.get(device.profile)?.protocol !== 'http';
  if (!isCamera || address === undefined || password === undefined) return { device: rowOf(works, device) };
  const found = await inventory({ id, address, user, password, certificate }, accessOf(works), signal);
  return { device: rowOf(works, device), inventory: found };
}

async function remove(works: ControlWorks, id: string): Promise<{ readonly removed: string }> {
  works.registry.get(id);
  const known = works.find(id);
  await provision(works, { op: 'device.remove', device: id });
  await works.registry.remove(id);
  await works.cameraFacts.forget(id);
  cutOff(works, id);
  await works.pipeline.forget(id, known);
  works.states.forget(id);
  return { removed: id };
}

function accessOf({ clock, guard }: ControlWorks) {
  return { clock, resolve: (host: string) => guard.resolve(host) };
}

function invalid(op: string, subject: string, detail: string): AnGridError {
  return new AnGridError('input.invalid', { op, subject, detail });
}
