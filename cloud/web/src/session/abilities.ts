import type { Session } from '../api/types.js';

/** What a page or a button needs, and the permission of the cloud that allows it. The cloud decides again at each call. */
const permissions = {
  seeIncidents: 'incidents.read',
  actOnIncidents: 'incidents.act',
  openEvidence: 'evidence.open',
  openOriginal: 'evidence.original',
  watchLive: 'live.open',
  seeDevices: 'devices.read',
  seeUnits: 'units.read',
  linkDevices: 'devices.link',
  seeGateways: 'gateways.read',
  manageGateways: 'gateways.manage',
  seeRules: 'rules.read',
  manageRules: 'rules.manage',
  seeSilences: 'silences.read',
  manageSilences: 'silences.manage',
  joinExercises: 'exercises.join',
  manageCompounds: 'compounds.manage',
  manageAccounts: 'accounts.manage',
  manageChannels: 'channels.manage',
  readAudit: 'audit.read',
} as const;

export type Ability = keyof typeof permissions;

/** Only these roles mark a false alarm from the wall; the incident's own page asks the cloud. */
export function mayDecide(session: Session | undefined): boolean {
  const role = session?.account.role;
  return may(session, 'actOnIncidents') && (role === 'property-manager' || role === 'police');
}

export function may(session: Session | undefined, ability: Ability): boolean {
  return session?.permissions.includes(permissions[ability]) ?? false;
}
