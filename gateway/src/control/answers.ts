import type { DeviceKind, EventKind, GapState, HealthData, LossReason, NumberRange } from '@angrid/contract';
import type { CameraFacts } from '../devices/camera-facts.js';
import type { CameraIdentity } from '../devices/camera-identity.js';
import type { CameraHealth } from '../cameras/camera-keeper.js';
import type { Inventory, ScanNews, ScanTally, SeenCamera } from '../drivers/onvif/index.js';
import type { Totals } from '../ledger/index.js';
import type { StreamState } from '../media/media.js';
import type { OutboxCounts, Quarantined } from '../outbox/outbox.js';
import type { UplinkStatus } from '../uplink/uplink.js';

export type { Quarantined };

/** A device as the gateway shows it; never a password. */
export interface DeviceRow {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly name: string;
  readonly profile: string;
  /** False where the gateway has no such profile any more. */
  readonly profileKnown: boolean;
  readonly address?: string;
  readonly user: string;
  /** Panels that the gateway calls: the user of the panel itself. */
  readonly deviceUser?: string;
  readonly vendorId?: string;
  readonly timezone?: string;
  readonly place?: string;
  /** The cameras that look at this door. */
  readonly cameras: readonly string[];
  /** Whether the cloud knows it: false for the first seconds, and while the cloud is away. */
  readonly inSite: boolean;
  readonly state: 'online' | 'offline' | 'unknown';
  readonly since: string;
  readonly clockSkewMs?: number | undefined;
  /** Cameras that answer: how far they do. */
  readonly reach?: HealthData['devices'][number]['reach'];
  /** Cameras: by which it is known again, the certificate it was paired with, and what it was when last asked. */
  readonly identity?: CameraIdentity;
  readonly certificate?: string;
  readonly facts?: CameraFacts;
  /** Numbers of it that have not come: still asked for, and lost for good. */
  readonly missing?: { readonly open: number; readonly lost: number };
  readonly health?: CameraHealth;
  /** Cameras only. */
  readonly stream?: { readonly state: StreamState; readonly detail?: string };
}

/** All that is typed into a panel. The password is shown once, and kept nowhere but as a hash. */
export interface PanelAccess {
  /** Names and addresses of the gateway that its certificate carries. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** The listener without TLS, where the configuration opens one. */
  readonly plain?: { readonly host: string; readonly port: number; readonly network: string };
  readonly user: string;
  readonly password: string;
  readonly clientId: string;
  /** The file with the certificate of the site CA. */
  readonly certificateAuthority: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** Only of devices that push over HTTP: what is typed in there instead. */
  readonly http?: HttpAccess;
}

/** Where a device pushes to over HTTP. */
export interface HttpAccess {
  /** path: the addresses hold the secret. address: the device is known by its own network address. */
  readonly login: 'path' | 'address';
  /** Whole addresses, one for each kind of message; of a device that makes its own paths only the beginning. */
  readonly urls: readonly string[];
}

export interface DeviceStored {
  readonly device: DeviceRow;
  /** Only where a new password was made. */
  readonly access?: PanelAccess;
  /** What a camera said of itself. */
  readonly inventory?: Inventory;
}

export interface DeviceProbe {
  readonly device: DeviceRow;
  readonly inventory?: Inventory;
}

export interface FoundCamera extends SeenCamera {
  /** The id under which it is paired. */
  readonly device?: string;
}

/** A login of the site's list; its password is never shown. */
export interface CredentialRow {
  readonly name: string;
  readonly user: string;
  /** Serial numbers and MAC addresses that it is for; for all where it is empty. */
  readonly cameras: readonly string[];
}

/** A line of a scan: how far it is, a camera, and the tally as the last. */
export type ScanLine = Exclude<ScanNews, { readonly camera: SeenCamera }> | { readonly camera: FoundCamera };

export interface Scanned {
  readonly cameras: readonly FoundCamera[];
  readonly tally: ScanTally;
}

export interface ProfileRow {
  readonly name: string;
  readonly label: string;
  readonly device: DeviceKind;
  readonly protocol: string;
  readonly verified: boolean;
  readonly vendor: string;
  readonly model: string;
}

export interface ExerciseStarted {
  readonly event: string;
  readonly kind: EventKind;
  readonly device: string;
  /** Its alert; null where no rule made one of it. */
  readonly alert: string | null;
  /** False where a drill of the kind was under way already: the alert is the earlier one. */
  readonly opened: boolean;
  readonly hops: { readonly normaliseMs: number; readonly outboxMs: number };
}

export interface Status {
  readonly version: string;
  readonly gateway: { readonly id: string; readonly name: string; readonly cloud: string };
  readonly site: { readonly id: string; readonly name: string; readonly configVersion: number };
  readonly uplink: UplinkStatus;
  readonly outbox: OutboxCounts;
  readonly devices: { readonly total: number; readonly online: number };
  readonly mqtt: { readonly host: string; readonly port: number };
  readonly plain: { readonly host: string; readonly port: number; readonly network: string } | null;
  readonly streams: Readonly<Record<string, StreamState>>;
  /** Bytes of evidence that were written today (UTC), and how many may be before low severities get no clip. */
  readonly evidence: { readonly day: string; readonly bytes: number; readonly budget: number };
  readonly startedAt: string;
}

export interface Linked {
  readonly device: string;
  readonly place?: string;
  readonly cameras: readonly string[];
  readonly linked: boolean;
}

export interface LedgerGap extends NumberRange {
  readonly epoch: number;
  readonly state: GapState;
  readonly missing: readonly NumberRange[];
  readonly missingCount: number;
  readonly why?: LossReason;
  readonly noticedAt: string;
}

/** What the gateway can prove of one device's delivery. Times are instants by the gateway's clock. */
export interface DeviceLedger {
  readonly device: string;
  /** Its profile knows how to ask it for records again. */
  readonly canBeAsked: boolean;
  /** The present count; undefined where the device does not number its events. */
  readonly count?: { readonly epoch: number; readonly first: number; readonly last: number };
  readonly gaps: readonly LedgerGap[];
  readonly totals: Totals;
  /** Records are being asked for now. */
  readonly asking: boolean;
  readonly clockSkewMs?: number;
  readonly seen?: string;
  readonly live?: string;
  readonly away?: string;
}
