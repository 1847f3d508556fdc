import type { PairedDevice } from '../devices/device.js';
import type { Works } from '../gateway.js';
import type { DeviceRow } from './answers.js';
import { missingOf } from './ledger.js';

/** A device as it is shown: what is kept of it, how it is now, and what the site knows of it. */
export function rowOf(
  { states, view, profiles, cameras, cameraFacts, media, ledgers }: Works,
  device: PairedDevice,
): DeviceRow {
  const { id, kind, name, profile, address, user, deviceUser, vendorId, timezone, identity, certificate } = device;
  const facts = cameraFacts.of(id);
  const place = view.device(id)?.place;
  const health = cameras.health(id);
  const stream = media.states().get(id);
  return {
    id,
    kind,
    name,
    profile,
    profileKnown: profiles.has(profile),
    ...(address !== undefined && { address }),
    user,
    ...(deviceUser !== undefined && { deviceUser }),
    ...(vendorId !== undefined && { vendorId }),
    ...(timezone !== undefined && { timezone }),
    ...(place !== undefined && { place }),
    cameras: view.camerasOf(id),
    inSite: view.device(id) !== undefined,
    ...states.of(id),
    ...(identity && { identity }),
    ...(certificate !== undefined && { certificate }),
    ...(facts && { facts }),
    missing: missingOf(ledgers.of(id)),
    ...(kind === 'camera' && health && { health }),
    ...(kind === 'camera' && stream && { stream }),
  };
}
