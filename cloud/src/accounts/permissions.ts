import type { AccountRole } from '../schema-people.js';

/**
 * What a person may do. The security of the house is split: who manages accounts opens no evidence and reads no audit
 * log, who audits changes nothing, and nobody holds everything.
 */
export const permissions = {
  'incidents.read': ['administrator', 'property-manager', 'police', 'grid-member', 'auditor'],
  'incidents.act': ['property-manager', 'police', 'grid-member'],
  /** To split incidents and merge them. */
  'incidents.rearrange': ['property-manager', 'police'],
  'evidence.open': ['property-manager', 'police'],
  /** To have the unmasked original of a masked camera brought from its site. */
  'evidence.original': ['police'],
  'live.open': ['property-manager', 'police'],
  'devices.read': ['administrator', 'property-manager', 'police', 'grid-member', 'installer', 'auditor'],
  'devices.link': ['administrator', 'installer'],
  /** Facilities, premises and houses; there is no register of persons. */
  'registers.read': ['administrator', 'property-manager', 'police', 'grid-member', 'installer', 'auditor'],
  'registers.manage': ['administrator', 'property-manager'],
  'units.read': ['administrator', 'property-manager', 'police', 'grid-member', 'installer', 'auditor'],
  'gateways.read': ['administrator', 'property-manager', 'police', 'grid-member', 'installer', 'auditor'],
  'gateways.manage': ['administrator', 'installer'],
  'compounds.read': ['administrator', 'property-manager', 'police', 'grid-member', 'installer', 'auditor'],
  'rules.read': ['administrator', 'property-manager', 'installer', 'auditor'],
  'rules.manage': ['administrator', 'property-manager', 'installer'],
  'playbooks.read': ['administrator', 'property-manager', 'police', 'grid-member', 'auditor'],
  /** To switch an overlay of a playbook on and off. */
  'playbooks.manage': ['administrator', 'police'],
  'rosters.read': ['administrator', 'police', 'grid-member', 'auditor'],
  'rosters.manage': ['administrator', 'police'],
  'silences.read': ['administrator', 'property-manager', 'police', 'grid-member', 'auditor'],
  /** Silences, maintenance windows and exercises. */
  'silences.manage': ['property-manager', 'police'],
  'exercises.join': ['property-manager', 'police', 'grid-member'],
  'correlation.read': ['administrator', 'auditor'],
  'correlation.manage': ['administrator'],
  'quiet.read': ['administrator', 'property-manager', 'police', 'auditor'],
  'quiet.manage': ['property-manager', 'police'],
  'compounds.manage': ['administrator'],
  'accounts.manage': ['administrator'],
  'channels.manage': ['administrator'],
  'audit.read': ['auditor'],
} as const satisfies Record<string, readonly AccountRole[]>;

export type Permission = keyof typeof permissions;

export function permissionsOf(role: AccountRole): readonly Permission[] {
  const names = Object.keys(permissions) as Permission[];
  return names.filter((name) => (permissions[name] as readonly AccountRole[]).includes(role));
}

/**
 * Duties that an account may hold besides its role; they decide whom a leg is addressed to.
 * confirmer: looks at an unconfirmed signal of severity 1 first. station-desk: the next to look.
 * handling-officer, responsible-officer: the two officers of an incident. registrar: finds a unit for what has none.
 */
export const duties = ['confirmer', 'station-desk', 'handling-officer', 'responsible-officer', 'registrar'] as const;
export type Duty = (typeof duties)[number];
