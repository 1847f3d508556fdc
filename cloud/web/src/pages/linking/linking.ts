import type { Device, Place } from '../../api/types.js';

export interface PlaceWithDevices {
  readonly place: Place;
  readonly devices: readonly Device[];
}

const byName = (a: { name: string }, b: { name: string }): number =>
  a.name.localeCompare(b.name, 'zh-CN', { numeric: true });

/** Doors are what is linked to cameras: whatever is no camera. */
export const isDoor = ({ kind }: Device): boolean => kind !== 'camera';

/** Unlinked devices first: they are why somebody came here. */
export function devicesInOrder(devices: readonly Device[], text: string): Device[] {
  const word = text.trim().toLowerCase();
  const found = devices.filter((device) => searched(device).includes(word));
  return found.sort((a, b) => Number(a.place !== null) - Number(b.place !== null) || byName(a, b));
}

export function placesWithDevices(
  places: readonly Place[],
  devices: readonly Device[],
  text: string,
): PlaceWithDevices[] {
  const word = text.trim().toLowerCase();
  const found = places.filter(({ name, id, unit }) =>
    [name, id, ...(unit?.names ?? [])].join('\n').toLowerCase().includes(word),
  );
  return found.sort(byName).map((place) => ({
    place,
    devices: devices.filter((device) => device.place?.id === place.id && device.compound.id === place.compound.id),
  }));
}

/** Doors without a camera first. */
export function doorsToLink(devices: readonly Device[], text: string): Device[] {
  const word = text.trim().toLowerCase();
  const doors = devices.filter((device) => isDoor(device) && searched(device).includes(word));
  return doors.sort((a, b) => Number(hasCamera(a)) - Number(hasCamera(b)) || byName(a, b));
}

export const hasCamera = ({ cameras }: Device): boolean => (cameras?.length ?? 0) > 0;

export function camerasFor(devices: readonly Device[], compound: string): Device[] {
  return devices.filter((device) => device.kind === 'camera' && device.compound.id === compound).sort(byName);
}

/** The cameras of a door after one was switched on or off. */
export function withCamera(door: Device, camera: string, linked: boolean): string[] {
  const others = (door.cameras ?? []).map(({ id }) => id).filter((id) => id !== camera);
  return linked ? [...others, camera] : others;
}

function searched({ name, id, model, gb28181, place }: Device): string {
  return [name, id, model ?? '', gb28181 ?? '', place?.name ?? ''].join('\n').toLowerCase();
}
