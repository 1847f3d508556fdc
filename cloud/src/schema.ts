import type {
  Calendar,
  DeviceRules,
  EventKind,
  HealthData,
  Localized,
  Purpose,
  RuleSettings,
  Severity,
  SiteConfig,
  SiteDevice,
  SourceKind,
} from '@angrid/contract';
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Instant, MaybeInstant, Json, MaybeJson, BigInt64, KeptFor } from './schema-columns.js';
import type { QuietRulesTable, RuleReplaysTable, RuleSetsTable } from './schema-correlation.js';
import type { PointsLedgerTable, TrainingCoursesTable } from './schema-appraisal.js';
import type { ChannelTargetsTable, LegLinksTable } from './schema-channels.js';
import type { DeviceGapsTable, OutagesTable } from './schema-delivery.js';
import type { FeedBatchesTable, FeedTable } from './schema-feed.js';
import type {
  OverlaySwitchesTable,
  PlaybookVersionsTable,
  RosterChangesTable,
  RosterShiftsTable,
} from './schema-governance.js';
import type {
  DispatchedIncident,
  ExerciseMembersTable,
  ExercisesTable,
  LegsTable,
  SilencesTable,
} from './schema-legs.js';
import type {
  DeviceWhereabouts,
  PlacesTable,
  PlaceUnitsTable,
  RegisterEntriesTable,
  TreesTable,
  UnitMembersTable,
  UnitsTable,
  UnitVersionsTable,
} from './schema-units.js';
import type {
  CareConsentsTable,
  CareTasksTable,
  DaySummariesTable,
  PatrolListsTable,
  PatrolRoundsTable,
  ReportsTable,
  VisitsTable,
} from './schema-people-work.js';
import type {
  AccountsTable,
  AccountLinksTable,
  SessionsTable,
  SecondFactorsTable,
  EvidenceGrantsTable,
  AuditLogTable,
  AuditRootsTable,
  AuditRootPostsTable,
} from './schema-people.js';

type SiteDoor = NonNullable<SiteDevice['doors']>[number];

export interface CompoundsTable {
  compound_id: string;
  name: string;
  site_class: 'art7' | 'art9';
  purpose: Purpose;
  timezone: string;
  night: string;
  rules: Json<RuleSettings>;
  calendar: ColumnType<Calendar, string | undefined, string>;
  rules_version: Generated<number>;
  notice: Json<{ contact: string; purposes: string[] }>;
  /** Every property manager sees what is restricted, and not the confirmers alone. */
  restricted_to_managers: Generated<boolean>;
  /** Id of the playbook by which matters there are handled; null: the standard one. */
  playbook: ColumnType<string | null, string | null | undefined, string | null>;
  created_at: Instant;
}

export interface GatewaysTable {
  gateway_id: string;
  compound_id: string;
  name: string;
  public_key: string;
  status: 'active' | 'revoked';
  version: string;
  token_hash: string | null;
  token_expires_at: MaybeInstant;
  enrolled_at: Instant;
  last_seen_at: MaybeInstant;
  health: MaybeJson<Record<string, unknown>>;
  site_version_applied: Generated<number>;
}

export interface EnrolmentCodesTable {
  code_hash: string;
  compound_id: string;
  created_by: string;
  created_at: Instant;
  expires_at: Instant;
  used_at: MaybeInstant;
  gateway_id: string | null;
}

export interface GatewayNoncesTable {
  gateway_id: string;
  compound_id: string;
  nonce: string;
  expires_at: Instant;
}

export type Reach = NonNullable<HealthData['devices'][number]['reach']>;

export interface DevicesTable extends DeviceWhereabouts {
  compound_id: string;
  device_id: string;
  gateway_id: string;
  kind: string;
  name: string;
  profile: string | null;
  manufacturer: string | null;
  model: string | null;
  gb28181: string | null;
  masks: ColumnType<[number, number][][], string | undefined, string>;
  held_open_seconds: number | null;
  rules: MaybeJson<DeviceRules>;
  doors: ColumnType<SiteDoor[], string | undefined, string>;
  behind: ColumnType<string | null, string | null | undefined, string | null>;
  state: Generated<'online' | 'offline' | 'unknown'>;
  state_since: Instant;
  clock_skew_ms: number | null;
  /** Of a device that the gateway calls, where it answers: how far it does. */
  reach: ColumnType<Reach | null, Reach | null | undefined, Reach | null>;
  door_state: Generated<'open' | 'closed' | 'held_open' | 'forced' | 'unknown'>;
  door_since: MaybeInstant;
  last_event_at: MaybeInstant;
  removed_at: MaybeInstant;
}

export interface DevicePlacesTable {
  compound_id: string;
  device_id: string;
  place_id: string;
  valid: string;
}

export interface CameraLinksTable {
  compound_id: string;
  door_id: string;
  camera_id: string;
}

export interface SiteConfigsTable {
  compound_id: string;
  version: number;
  config: Json<SiteConfig>;
  created_at: Instant;
}

export interface CommandsTable {
  command_id: string;
  compound_id: string;
  gateway_id: string;
  type: string;
  command: Json<Record<string, unknown>>;
  state: 'queued' | 'sent' | 'done' | 'failed' | 'refused' | 'expired';
  result: MaybeJson<Record<string, unknown>>;
  issued_at: Instant;
  expires_at: Instant;
  finished_at: MaybeInstant;
}

export interface EventsTable extends KeptFor {
  recorded_at: Instant;
  id: Buffer;
  compound_id: string;
  gateway_id: string;
  device_id: string;
  unit_path: string | null;
  kind: EventKind;
  source_kind: SourceKind;
  epoch: BigInt64;
  lane: string;
  sequence: BigInt64;
  occurred_at: Instant;
  late: boolean;
  exercise: boolean;
  restricted: Generated<boolean>;
  data: Json<Record<string, unknown>>;
  arrived_at: Instant;
}

export interface LaneHeadsTable {
  gateway_id: string;
  compound_id: string;
  epoch: BigInt64;
  lane: string;
  sequence: BigInt64;
  head: string;
  updated_at: Instant;
}

export interface GapsTable extends KeptFor {
  gap_id: string;
  compound_id: string;
  gateway_id: string;
  of: 'lane' | 'device';
  lane: string | null;
  epoch: number | null;
  device_id: string | null;
  first_sequence: BigInt64;
  last_sequence: BigInt64;
  reason: string;
  noticed_at: Instant;
  filled_at: MaybeInstant;
  item_id: Buffer | null;
}

export interface AlertsTable extends KeptFor {
  alert: string;
  compound_id: string;
  gateway_id: string;
  device_id: string;
  place_id: string | null;
  unit_path: string | null;
  channel: string | null;
  kind: EventKind;
  rule: string;
  severity: Severity;
  state: 'active' | 'cleared';
  standing: 'alert' | 'supporting';
  source_kind: SourceKind;
  late: boolean;
  exercise: boolean;
  restricted: Generated<boolean>;
  event_ids: string[];
  covers: MaybeJson<{ count: number; devices: string[] }>;
  started_at: Instant;
  cleared_at: MaybeInstant;
  recorded_at: Instant;
  arrived_at: Instant;
  incident_id: string | null;
  held_until: MaybeInstant;
  set_aside: ColumnType<string | null, string | null | undefined, string | null>;
}

export interface EvidenceTable extends KeptFor {
  evidence: string;
  compound_id: string;
  gateway_id: string;
  camera_id: string;
  kind: 'snapshot' | 'clip';
  sha256: string;
  bytes: BigInt64;
  media_type: string;
  span_from: Instant;
  span_to: Instant;
  descriptor: Json<Record<string, unknown>>;
  thumbnail: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
  stored_bytes: Generated<number>;
  complete_at: MaybeInstant;
  arrived_at: Instant;
}

export interface AlertEvidenceTable {
  compound_id: string;
  alert: string;
  evidence: string;
}

export interface RetentionDaysTable {
  compound_id: string;
  retention_class: string;
  days: number;
}

export type IncidentState =
  'open' | 'acknowledged' | 'assigned' | 'accepted' | 'resolved' | 'closed' | 'returned' | 'called-back';

export interface IncidentsTable extends KeptFor, DispatchedIncident {
  incident_id: string;
  compound_id: string;
  place_id: string | null;
  unit_path: string | null;
  kind: EventKind;
  severity: Severity;
  state: IncidentState;
  why: Json<Localized>;
  confirmed_by: 'two-sources' | 'person' | null;
  confirmed_at: MaybeInstant;
  false_alarm: Generated<boolean>;
  exercise: boolean;
  restricted: Generated<boolean>;
  opened_at: Instant;
  last_alert_at: Instant;
  closes_at: Instant;
  closed_at: MaybeInstant;
  rule: Generated<string>;
  merged_into: ColumnType<string | null, string | null | undefined, string | null>;
  version: Generated<number>;
}

export interface IncidentLogTable {
  log_id: GeneratedAlways<number>;
  incident_id: string;
  compound_id: string;
  at: Instant;
  actor: string;
  action: string;
  note: string | null;
  detail: ColumnType<Record<string, unknown>, string | undefined, never>;
}

export interface PlatformStateTable {
  key: string;
  value: Json<unknown>;
}

/** Every table of cloud/migrations, as Kysely sees it. */
export interface Database {
  compounds: CompoundsTable;
  trees: TreesTable;
  units: UnitsTable;
  places: PlacesTable;
  place_units: PlaceUnitsTable;
  unit_versions: UnitVersionsTable;
  register_entries: RegisterEntriesTable;
  unit_members: UnitMembersTable;
  gateways: GatewaysTable;
  enrolment_codes: EnrolmentCodesTable;
  gateway_nonces: GatewayNoncesTable;
  devices: DevicesTable;
  device_places: DevicePlacesTable;
  camera_links: CameraLinksTable;
  site_configs: SiteConfigsTable;
  commands: CommandsTable;
  events: EventsTable;
  lane_heads: LaneHeadsTable;
  gaps: GapsTable;
  device_gaps: DeviceGapsTable;
  outages: OutagesTable;
  alerts: AlertsTable;
  evidence: EvidenceTable;
  alert_evidence: AlertEvidenceTable;
  feed: FeedTable;
  feed_batches: FeedBatchesTable;
  retention_days: RetentionDaysTable;
  incidents: IncidentsTable;
  incident_log: IncidentLogTable;
  legs: LegsTable;
  silences: SilencesTable;
  exercises: ExercisesTable;
  exercise_members: ExerciseMembersTable;
  channel_targets: ChannelTargetsTable;
  leg_links: LegLinksTable;
  accounts: AccountsTable;
  account_links: AccountLinksTable;
  sessions: SessionsTable;
  second_factors: SecondFactorsTable;
  evidence_grants: EvidenceGrantsTable;
  audit_log: AuditLogTable;
  audit_roots: AuditRootsTable;
  audit_root_posts: AuditRootPostsTable;
  overlay_switches: OverlaySwitchesTable;
  playbook_versions: PlaybookVersionsTable;
  roster_shifts: RosterShiftsTable;
  roster_changes: RosterChangesTable;
  platform_state: PlatformStateTable;
  rule_sets: RuleSetsTable;
  quiet_rules: QuietRulesTable;
  rule_replays: RuleReplaysTable;
  reports: ReportsTable;
  patrol_lists: PatrolListsTable;
  patrol_rounds: PatrolRoundsTable;
  visits: VisitsTable;
  day_summaries: DaySummariesTable;
  care_consents: CareConsentsTable;
  care_tasks: CareTasksTable;
  points_ledger: PointsLedgerTable;
  training_courses: TrainingCoursesTable;
}
