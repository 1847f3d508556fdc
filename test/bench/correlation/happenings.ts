import type { EventKind } from '@angrid/contract';
import type { Random } from '../tamper/random.js';
import type { Compound, Door } from './compound.js';
import type { Cause, Journal } from './journal.js';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export interface Scene {
  readonly compound: Compound;
  readonly journal: Journal;
  readonly random: Random;
}

/** Somebody walks before a camera. */
function seen({ journal, random }: Scene, cause: Cause, camera: string, at: number): void {
  journal.tell(cause, camera, 'motion.started', { at: at + random.between(-15, 15) * SECOND, lastsMs: 20 * SECOND });
  if (random.chance(0.6)) journal.tell(cause, camera, 'object.person', { at: at + random.between(-10, 20) * SECOND });
}

function breakIn(scene: Scene, at: number): void {
  const { compound, journal, random } = scene;
  const cause = journal.cause('break-in', true);
  const door = random.pick(compound.doors);
  seen(scene, cause, door.camera, at - 10 * SECOND);
  journal.tell(cause, door.id, 'door.forced', { at, lastsMs: random.between(5, 600) * SECOND });
  if (random.chance(0.4)) journal.tell(cause, door.id, 'tamper.device', { at: at + random.between(2, 40) * SECOND });
  if (random.chance(0.6)) {
    journal.tell(cause, door.camera, 'behaviour.intrusion', { at: at + random.between(3, 50) * SECOND });
  }
  const next = compound.doors.find(({ id, unit }) => unit === door.unit && id !== door.id);
  if (next && random.chance(0.4))
    journal.tell(cause, next.id, 'door.forced', { at: at + random.between(20, 200) * SECOND });
}

function blinded(scene: Scene, at: number): void {
  const { compound, journal, random } = scene;
  const cause = journal.cause('camera covered, then the door', true);
  const door = random.pick(compound.doors);
  journal.tell(cause, door.camera, 'camera.covered', { at, lastsMs: 20 * MINUTE });
  if (random.chance(0.5)) journal.tell(cause, door.camera, 'tamper.camera', { at: at + 2 * SECOND });
  journal.tell(cause, door.id, 'door.forced', { at: at + random.between(30, 240) * SECOND });
}

function climb(scene: Scene, at: number): void {
  const { compound, journal, random } = scene;
  const cause = journal.cause('over the fence', true);
  journal.tell(cause, random.pick(compound.yard), 'behaviour.climb', { at });
  const others = random.whole(0, 2);
  for (let nth = 1; nth <= others; nth += 1) {
    const camera = random.pick(compound.yard);
    seen(scene, cause, camera, at + nth * 60 * SECOND);
    journal.tell(cause, camera, 'behaviour.intrusion', { at: at + (nth * 70 + random.between(-30, 30)) * SECOND });
  }
}

function fire(scene: Scene, at: number): void {
  const { compound, journal, random } = scene;
  const cause = journal.cause('fire', true);
  const door = random.pick(compound.doors);
  journal.tell(cause, door.id, 'fire.input', { at });
  if (random.chance(0.7))
    journal.tell(cause, door.camera, 'fire.suspected', { at: at + random.between(-60, 200) * SECOND });
  if (random.chance(0.5)) powerOut(scene, cause, door.unit, at + random.between(60, 240) * SECOND);
}

function sos({ compound, journal, random }: Scene, at: number): void {
  const cause = journal.cause('call for help', true);
  const door = random.pick(compound.doors);
  const presses = random.whole(1, 3);
  for (let nth = 0; nth < presses; nth += 1) journal.tell(cause, door.id, 'sos.raised', { at: at + nth * 40 * SECOND });
}

function leftOpen(scene: Scene, at: number): void {
  const { compound, journal, random } = scene;
  const cause = journal.cause('door left open', true);
  const door = random.pick(compound.doors);
  journal.tell(cause, door.id, 'door.held_open', { at, lastsMs: random.between(5, 40) * MINUTE });
  for (let nth = random.whole(0, 3); nth > 0; nth -= 1) seen(scene, cause, door.camera, at + nth * 2 * MINUTE);
}

function denied({ compound, journal, random }: Scene, at: number): void {
  const cause = journal.cause('repeated denial', true);
  const door = random.pick(compound.doors);
  for (let nth = random.whole(1, 3); nth > 0; nth -= 1) {
    journal.tell(cause, door.id, 'access.repeated_denial', { at: at + nth * 80 * SECOND });
  }
}

function ebike({ compound, journal, random }: Scene, at: number): void {
  const cause = journal.cause('e-bike in the lift', true);
  const { camera } = random.pick(compound.doors);
  for (let nth = random.whole(1, 3); nth > 0; nth -= 1) {
    journal.tell(cause, camera, 'behaviour.ebike_in_lift', { at: at + nth * 30 * SECOND });
  }
}

function thrown({ compound, journal, random }: Scene, at: number): void {
  journal.tell(journal.cause('thrown from a height', true), random.pick(compound.yard), 'behaviour.falling_object', {
    at,
  });
}

function powerOut({ compound, journal, random }: Scene, cause: Cause, unit: string, at: number): void {
  const lastsMs = random.between(15, 120) * MINUTE;
  for (const { id, camera } of compound.doors.filter((door) => door.unit === unit)) {
    journal.tell(cause, id, 'power.mains_lost', { at: at + random.between(0, 8) * SECOND, lastsMs });
    const after = random.between(5, 900) * SECOND;
    journal.tell(cause, camera, 'health.offline', { at: at + after, lastsMs: lastsMs - after + MINUTE });
    if (random.chance(0.4)) journal.tell(cause, id, 'power.battery_low', { at: at + 12 * MINUTE, lastsMs });
  }
}

function blackout(scene: Scene, at: number): void {
  powerOut(scene, scene.journal.cause('building without mains', true), scene.random.pick(scene.compound.units), at);
}

function recorderDown({ compound, journal, random }: Scene, at: number): void {
  const cause = journal.cause('recorder down', true);
  const lastsMs = random.between(6, 180) * MINUTE;
  journal.tell(cause, compound.recorder, 'health.offline', { at, lastsMs });
  for (const camera of [...compound.yard, ...compound.doors.map((door) => door.camera)]) {
    journal.tell(cause, camera, 'camera.signal_lost', { at: at + random.between(-30, 60) * SECOND, lastsMs });
  }
}

function deviceDead({ compound, journal, random }: Scene, at: number): void {
  const cause = journal.cause('device dead', true);
  const { id, camera } = random.pick(compound.doors);
  const device = random.chance(0.5) ? id : camera;
  journal.tell(cause, device, 'health.offline', { at, lastsMs: random.between(0.5, 30) * HOUR });
  if (device === camera) journal.tell(cause, camera, 'camera.signal_lost', { at: at + 5 * SECOND, lastsMs: HOUR });
}

/** A door whose latch does not hold: somebody must see to it, once a storm. */
function looseLatch({ journal, random }: Scene, { id }: Door, storm: { from: number; to: number }): void {
  const cause = journal.cause('latch that does not hold', true);
  for (let at = storm.from; at < storm.to; at += random.between(1, 16) * MINUTE) {
    const kind = random.chance(0.85) ? 'door.forced' : 'door.held_open';
    journal.tell(cause, id, kind, { at, lastsMs: random.between(1, 90) * SECOND });
  }
}

/** Wind and rain: loose doors rattle, every camera outside moves. */
function storm(scene: Scene, at: number): void {
  const to = at + scene.random.between(0.5, 3) * HOUR;
  for (const door of scene.compound.doors) if (door.loose) looseLatch(scene, door, { from: at, to });
  rainBetween(scene, at - 20 * MINUTE, to + HOUR);
}

function rain(scene: Scene, at: number): void {
  rainBetween(scene, at, at + scene.random.between(0.5, 5) * HOUR);
}

function rainBetween({ compound, journal, random }: Scene, from: number, to: number): void {
  const cause = journal.cause('rain', false);
  for (const camera of [...compound.yard, ...compound.doors.map((door) => door.camera)]) {
    if (random.chance(0.3)) continue;
    for (let at = from; at < to; at += random.between(20, 150) * SECOND) {
      const kind = random.chance(0.9) ? 'motion.started' : 'behaviour.line_cross';
      journal.tell(cause, camera, kind, { at, lastsMs: 15 * SECOND });
    }
  }
}

const COURIERS: readonly [EventKind, ...EventKind[]] = [
  'behaviour.tailgating',
  'behaviour.object_left',
  'behaviour.loitering',
  'object.package',
];

/** Couriers at noon and in the evening: doors propped for a moment, people close behind one another, bags on the floor. */
function deliveries(scene: Scene, at: number): void {
  const { compound, journal, random } = scene;
  const cause = journal.cause('deliveries', false);
  for (let nth = random.whole(10, 30); nth > 0; nth -= 1) {
    const { camera } = random.pick(compound.doors);
    const when = at + random.between(0, 2) * HOUR;
    seen(scene, cause, camera, when);
    const kind = random.pick(COURIERS);
    journal.tell(cause, camera, kind, { at: when, lastsMs: 2 * MINUTE });
  }
}

/** A courier props a door beyond its limit, and is gone before anybody could look. */
function propped(scene: Scene, at: number): void {
  const { compound, journal, random } = scene;
  const cause = journal.cause('door propped for a moment', false);
  const door = random.pick(compound.doors);
  seen(scene, cause, door.camera, at);
  journal.tell(cause, door.id, 'door.held_open', { at, lastsMs: random.between(5, 50) * SECOND });
}

function cameraRestart({ compound, journal, random }: Scene, at: number): void {
  const cause = journal.cause('camera restarts', false);
  const { camera } = random.pick(compound.doors);
  const lastsMs = random.between(50, 160) * SECOND;
  journal.tell(cause, camera, 'health.offline', { at, lastsMs });
  journal.tell(cause, camera, 'camera.signal_lost', { at: at + 2 * SECOND, lastsMs });
  if (random.chance(0.3)) journal.tell(cause, camera, 'camera.black', { at: at + lastsMs, lastsMs: 5 * SECOND });
  journal.tell(cause, camera, 'motion.started', { at: at + lastsMs + 4 * SECOND, lastsMs: 5 * SECOND });
}

/** All cameras take new firmware, one after the other. */
function firmwareNight(scene: Scene, at: number): void {
  for (let nth = 0; nth < scene.compound.doors.length; nth += 1) cameraRestart(scene, at + nth * 3 * MINUTE);
}

function flakyLink({ compound, journal, random }: Scene, at: number): void {
  const cause = journal.cause('link that comes and goes', false);
  const { id } = random.pick(compound.doors);
  for (let nth = random.whole(2, 6); nth > 0; nth -= 1) {
    const when = { at: at + nth * random.between(8, 20) * MINUTE, lastsMs: random.between(20, 150) * SECOND };
    journal.tell(cause, id, random.chance(0.7) ? 'health.offline' : 'health.clock_drift', when);
  }
}

/** A cat, a shadow, a plastic bag: what analytics take for a person. */
function mistaken({ compound, journal, random }: Scene, at: number): void {
  const cause = journal.cause('mistaken for a person', false);
  const camera = random.pick(compound.yard);
  journal.tell(cause, camera, random.chance(0.5) ? 'behaviour.intrusion' : 'behaviour.climb', { at });
}

export const happenings = {
  breakIn,
  blinded,
  climb,
  fire,
  sos,
  leftOpen,
  denied,
  ebike,
  thrown,
  blackout,
  recorderDown,
  deviceDead,
  storm,
  rain,
  deliveries,
  propped,
  cameraRestart,
  firmwareNight,
  flakyLink,
  mistaken,
} as const satisfies Readonly<Record<string, (scene: Scene, at: number) => void>>;
export type Happening = keyof typeof happenings;
