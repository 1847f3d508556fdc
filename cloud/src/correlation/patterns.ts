import type { EventKind } from '@angrid/contract';

/** Kinds of a camera that, seen at a door's own camera, agree with an alert of that door. */
export const cameraKinds: readonly EventKind[] = [
  'motion.started',
  'tamper.camera',
  'camera.covered',
  'camera.moved',
  'camera.frozen',
  'input.activated',
  'behaviour.climb',
  'behaviour.intrusion',
  'behaviour.line_cross',
  'behaviour.loitering',
];

/**
 * Kinds of a door that, together with a camera, are reason enough for officers. A door that is held open while
 * people walk through is a matter for the property manager, whatever the camera sees.
 */
export const doorKindsForOfficers: readonly EventKind[] = [
  'door.forced',
  'access.duress',
  'tamper.device',
  'tamper.reader',
  'sos.raised',
  'fire.input',
  'behaviour.climb',
  'behaviour.intrusion',
];
