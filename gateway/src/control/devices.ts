import { AnGridError, deviceKindSchema, idSchema } from '@angrid/contract';
import { Secret } from '@angrid/runtime';
import { z } from 'zod';
import type { PairedDevice } from '../devices/device.js';
import { parseDeviceUrl } from '../devices/address-guard.js';
import { generatePanelCredential } from '../drivers/mqtt/index.js';
import { inventory } from '../drivers/onvif/index.js';
import type { Works } from '../gateway.js';
import { provision } from './provision.js';
import { bodyAs, type ControlRoute, route } from './route.js';

const addSchema = z.strictObject({
  id: idSchema,
  kind: deviceKindSchema.optional(),
  name: z.string().min(1).max(200),
  profile: z.string().min(1).max(96),
  address: z.string().max(400).optional(),
  user: z.string().min(1).max(64).optional(),
  password: z.string().min(1).max(128).optional(),
  vendorId: z.string().min(1).max(64).optional(),
  timezone: z.string().max(64).optional(),
});
type Add = z.infer<typeof addSchema>;

/** Devices of this gateway. A panel's password is in the answer once, and never again. */
export function deviceRoutes(works: Works): ControlRoute[] {
  return [
    route('GET', '/devices', () => ({ json: works.registry.all().map((device) => rowOf(works, device)) })),
    route('POST', '/devices', async (call) => ({ json: await add(works, bodyAs(addSchema, call, 'device.add')) })),
    route('POST', '/devices/:id/password', async ({ params: [id = ''] }) => ({ json: await renewPassword(works, id) })),
    route('POST', '/devices/:id/test', async ({ params: [id = ''], signal }) => ({
      json: await probe(works, id, signal),
    })),
    route('DELETE', '/devices/:id', async ({ params: [id = ''] }) => ({ json: await remove(works, id) })),
  ];
}

function rowOf({ states, view, profiles, cameras }: Works, device: PairedDevice) {
  const { id, kind, name, profile, address, user, vendorId } = device;
  const place = view.device(id)?.place;
  return {
    id,
    kind,
    name,
    profile,
    profileKnown: profiles.has(profile),
    address,
    user,
    vendorId,
    place,
    cameras: view.camerasOf(id),
    inSite: view.device(id) !== undefined,
    ...states.of(id),
    ...(kind === 'camera' && { health: cameras.health(id) }),
  };
}

async function add(works: Works, wanted: Add) {
  const profile = works.profiles.get(wanted.profile);
  if (!profile) {
    const detail = `there is no profile ${wanted.profile}; known: ${[...works.profiles.keys()].join(', ')}`;
    throw new AnGridError('input.invalid', { op: 'device.add', subject: wanted.id, detail });
  }
  const kind = wanted.kind ?? profile.device;
  const made = kind === 'camera' ? await cameraOf(works, wanted) : panelOf(wanted, kind);
  await works.registry.put(made.device);
  works.broker.disconnect(made.device.id);
  await provision(works, {
    op: 'device.upsert',
    device: wanted.id,
    kind,
    name: wanted.name,
    profile: wanted.profile,
    ...made.facts,
  });
  const { address, port } = { address: works.settings.broker.tls.host, port: works.settings.broker.tls.port };
  return {
    device: rowOf(works, made.device),
    ...(made.password && {
      mqtt: {
        host: address,
        port,
        user: made.device.user,
        password: made.password.reveal(),
        clientId: made.device.user,
      },
    }),
  };
}

interface Made {
  readonly device: PairedDevice;
  readonly password?: Secret;
  readonly facts: { readonly manufacturer?: string; readonly model?: string };
}

function panelOf(wanted: Add, kind: PairedDevice['kind']): Made {
  const credential = generatePanelCredential();
  const { id, name, profile, vendorId, timezone } = wanted;
  const optional = { ...(vendorId !== undefined && { vendorId }), ...(timezone !== undefined && { timezone }) };
  const device = { id, kind, name, profile, user: wanted.user ?? id, passwordHash: credential.hash, ...optional };
  return { device, password: credential.password, facts: {} };
}

/** A camera is asked who it is before it is taken: a wrong password shows now and not at the first alert. */
async function cameraOf(works: Works, wanted: Add): Promise<Made> {
  const { id, name, profile, address, user, password, timezone } = wanted;
  if (address === undefined || user === undefined || password === undefined) {
    throw new AnGridError('input.invalid', {
      op: 'device.add',
      subject: id,
      detail: 'a camera needs address, user and password',
    });
  }
  parseDeviceUrl(address, ['http', 'https']);
  const secret = new Secret(password);
  works.redactor.register(secret);
  const found = await inventory({ id, address, user, password: secret }, accessOf(works));
  const device = {
    id,
    kind: 'camera',
    name,
    profile,
    address,
    user,
    password: secret,
    ...(timezone !== undefined && { timezone }),
  } as const;
  return { device, facts: { manufacturer: found.manufacturer.slice(0, 96), model: found.model.slice(0, 96) } };
}

async function renewPassword(works: Works, id: string) {
  const device = works.registry.get(id);
  if (device.passwordHash === undefined) {
    throw new AnGridError('input.invalid', {
      op: 'device.password',
      subject: id,
      detail: 'only panels have a password of ours',
    });
  }
  const credential = generatePanelCredential();
  await works.registry.put({ ...device, passwordHash: credential.hash });
  works.broker.disconnect(id);
  return { user: device.user, password: credential.password.reveal() };
}

async function probe(works: Works, id: string, signal: AbortSignal) {
  const device = works.registry.get(id);
  const { address, user, password } = device;
  if (address === undefined || password === undefined) return { ...rowOf(works, device) };
  return {
    ...rowOf(works, device),
    inventory: await inventory({ id, address, user, password }, accessOf(works), signal),
  };
}

async function remove(works: Works, id: string) {
  await works.registry.remove(id);
  works.broker.disconnect(id);
  await provision(works, { op: 'device.remove', device: id });
  return { removed: id };
}

function accessOf({ clock, guard }: Works) {
  return { clock, resolve: (host: string) => guard.resolve(host) };
}
