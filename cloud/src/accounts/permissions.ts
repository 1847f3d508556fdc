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
  'appraisal.read': ['administrator', 'police', 'grid-member', 'auditor'],
  /** To record courses, and to take a booked point back with a reason. */
  'appraisal.manage': ['administrator', 'police'],
  'silences.read': ['administrator', 'property-manager', 'police', 'grid-member', 'auditor'],
  /** Silences, maintenance windows and exercises. */
  'silences.manage': ['property-manager', 'police'],
  'exercises.join': ['property-manager', 'police', 'grid-member'],
  'correlation.read': ['administrator', 'auditor'],
  'correlation.manage': ['administrator'],
  'quiet.read': ['administrator', 'property-manager', 'police', 'auditor'],
  'quiet.manage': ['property-manager', 'police'],
  /** To report what one has seen, while on duty; everybody else does so without an account. */
  'reports.make': ['property-manager', 'police', 'grid-member'],
  'patrols.read': ['administrator', 'property-manager', 'police', 'grid-member', 'auditor'],
  'patrols.manage': ['property-manager', 'police'],
  'patrols.sign': ['property-manager', 'police', 'grid-member'],
  /** The day's list of a unit, its visits and its summary. */
  'daily.keep': ['police', 'grid-member'],
  /** Households that want to be looked after: nobody else’s business. */
  'care.keep': ['grid-member'],
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
