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
  seeRegisters: 'registers.read',
  manageRegisters: 'registers.manage',
  linkDevices: 'devices.link',
  seeGateways: 'gateways.read',
  manageGateways: 'gateways.manage',
  seeRules: 'rules.read',
  manageRules: 'rules.manage',
  seePlaybooks: 'playbooks.read',
  seeRosters: 'rosters.read',
  manageRosters: 'rosters.manage',
  seeAppraisal: 'appraisal.read',
  manageAppraisal: 'appraisal.manage',
  seeSilences: 'silences.read',
  manageSilences: 'silences.manage',
  joinExercises: 'exercises.join',
  seeCorrelation: 'correlation.read',
  manageCorrelation: 'correlation.manage',
  seeQuiet: 'quiet.read',
  manageQuiet: 'quiet.manage',
  rearrangeIncidents: 'incidents.rearrange',
  manageCompounds: 'compounds.manage',
  manageAccounts: 'accounts.manage',
  manageChannels: 'channels.manage',
  makeReports: 'reports.make',
  seePatrols: 'patrols.read',
  managePatrols: 'patrols.manage',
  signPatrols: 'patrols.sign',
  keepDaily: 'daily.keep',
  keepCare: 'care.keep',
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
