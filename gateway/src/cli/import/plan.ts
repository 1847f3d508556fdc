import type { DeviceKind } from '@angrid/contract';
import type { DeviceRow } from '../../control/answers.js';
import { type Problem, problem } from './problem.js';
import type { ReadRow, WantedDevice } from './wanted.js';

/** What the gateway has and knows, as far as a plan depends on it. */
export interface Present {
  readonly devices: ReadonlyMap<string, DeviceRow>;
  /** Kind of device of each profile, by its name. */
  readonly profiles: ReadonlyMap<string, DeviceKind>;
  readonly places: ReadonlySet<string>;
  /** The gateway has logins that a camera without one may be tried with. */
  readonly hasCredentials: boolean;
  /** Why the password cannot be read from there, in the reader's language; undefined where it can. */
  passwordFault(file: string): string | undefined;
}

export type Field = 'name' | 'profile' | 'address' | 'user' | 'vendorId' | 'timezone' | 'place' | 'cameras';

export interface PlannedRow {
  readonly wanted: WantedDevice;
  readonly action: 'add' | 'change' | 'same' | 'refused';
  /** What a change changes. */
  readonly fields: readonly Field[];
  /** Cameras that it does not have yet. */
  readonly newCameras: readonly string[];
  readonly problems: readonly Problem[];
}

/** What would become of each row. A row with a mistake is refused; it never stops the others. */
export function planImport(rows: readonly ReadRow[], present: Present): PlannedRow[] {
  const firstRow = new Map<string, number>();
  const cameras = camerasIn(rows, present);
  return rows.map((read) => {
    const { wanted } = read;
    const earlier = firstRow.get(wanted.id);
    if (earlier === undefined) firstRow.set(wanted.id, wanted.row);
    const problems = [...read.problems];
    if (earlier !== undefined && wanted.id !== '') problems.push(problem('id-twice', { id: wanted.id, row: earlier }));
    problems.push(...problemsOf(wanted, present, cameras));
    const changes = { fields: changedFields(wanted, present), newCameras: newCamerasOf(wanted, present) };
    if (problems.length > 0) return { wanted, action: 'refused', fields: [], newCameras: [], problems };
    if (!present.devices.has(wanted.id)) return { wanted, action: 'add', ...changes, problems };
    return { wanted, action: changes.fields.length > 0 ? 'change' : 'same', ...changes, problems };
  });
}

/** The cameras that a row may name: paired ones, and those of this sheet. */
function camerasIn(rows: readonly ReadRow[], { devices, profiles }: Present): Set<string> {
  const paired = [...devices.values()].filter(({ kind }) => kind === 'camera').map(({ id }) => id);
  const planned = rows.filter(({ wanted }) => profiles.get(wanted.profile) === 'camera').map(({ wanted }) => wanted.id);
  return new Set([...paired, ...planned]);
}

function* problemsOf(wanted: WantedDevice, present: Present, cameras: ReadonlySet<string>): Generator<Problem> {
  const { profile, place } = wanted;
  const kind = present.profiles.get(profile);
  if (kind === undefined) {
    const known = [...present.profiles.keys()].join(', ');
    yield problem(profile === '' ? 'profile-missing' : 'profile-unknown', { text: profile, known });
  } else yield* problemsOfKind(wanted, kind, present);
  if (place !== undefined && !present.places.has(place)) yield problem('place-unknown', { text: place });
  for (const text of wanted.cameras) if (!cameras.has(text)) yield problem('camera-unknown', { text });
}

function* problemsOfKind(wanted: WantedDevice, kind: DeviceKind, present: Present): Generator<Problem> {
  const { id, profile } = wanted;
  const before = present.devices.get(id);
  if (wanted.kind !== undefined && wanted.kind !== kind)
    yield problem('kind-other', { profile, wanted: kind, text: wanted.kind });
  else if (before && before.kind !== kind) yield problem('kind-changed', { id, before: before.kind });
  yield* kind === 'camera' ? problemsOfCamera(wanted, before, present) : problemsOfPanel(wanted);
}

function* problemsOfCamera(wanted: WantedDevice, before: DeviceRow | undefined, present: Present): Generator<Problem> {
  const { address, serial, user, passwordFile } = wanted;
  if (address === undefined && serial === undefined && before === undefined) yield problem('address-missing');
  const isListed = present.hasCredentials && user === undefined && passwordFile === undefined;
  if (before === undefined && !isListed) {
    if (user === undefined) yield problem('user-missing');
    if (passwordFile === undefined) yield problem('password-missing');
  }
  if (passwordFile === undefined) return;
  const reason = present.passwordFault(passwordFile);
  if (reason !== undefined) yield problem('password-unreadable', { reason });
}

const PANEL_USER = /^[A-Za-z0-9_-]{1,64}$/;

function* problemsOfPanel({ address, passwordFile, user }: WantedDevice): Generator<Problem> {
  if (address !== undefined) yield problem('panel-extra', { column: 'address' });
  if (passwordFile !== undefined) yield problem('panel-extra', { column: 'password_file' });
  if (user !== undefined && !PANEL_USER.test(user)) yield problem('user-invalid', { text: user });
}

/** An empty cell changes nothing. */
function changedFields(wanted: WantedDevice, { devices }: Present): Field[] {
  const before = devices.get(wanted.id);
  if (!before) return [];
  const fields: Field[] = [];
  for (const field of ['name', 'profile', 'address', 'user', 'vendorId', 'timezone', 'place'] as const) {
    if (wanted[field] !== undefined && wanted[field] !== before[field]) fields.push(field);
  }
  return newCamerasOf(wanted, { devices }).length > 0 ? [...fields, 'cameras'] : fields;
}

function newCamerasOf({ id, cameras }: WantedDevice, { devices }: Pick<Present, 'devices'>): string[] {
  const before = devices.get(id)?.cameras ?? [];
  return cameras.filter((camera) => !before.includes(camera));
}
