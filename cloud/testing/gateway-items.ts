import {
  type AlertData,
  type EventKind,
  type EvidenceData,
  eventType,
  evidencePreimage,
  type DeviceGap,
  type GapData,
  type HealthData,
  kindDefinition,
  type Lane,
  type LaneGap,
  type OutageData,
  laneOf,
  type ProvisionData,
  type RetentionClass,
} from '@angrid/contract';
import { identify, sha256, signText } from '@angrid/contract/signing';
import type { SignedGateway, Unnumbered } from './signed-gateway.js';

const reports = {
  'cn.angrid.evidence.v1': ['media', 'evidence'],
  'cn.angrid.report.health.v1': ['record', 'health'],
  'cn.angrid.report.gap.v1': ['alarm', 'health'],
  'cn.angrid.report.outage.v1': ['record', 'health'],
  'cn.angrid.provision.v1': ['alarm', 'configuration'],
} as const satisfies Record<string, readonly [Lane, RetentionClass]>;

type Maker = Pick<SignedGateway, 'id' | 'key'>;

export interface Happening {
  readonly kind: EventKind;
  readonly device: string;
  /** When the gateway received it. */
  readonly at: Date;
  /** Tells two of the same kind, device and time apart. */
  readonly key?: string;
  readonly late?: boolean;
  readonly exercise?: boolean;
  /** Number that the device gave it. */
  readonly number?: number;
}

/** The items that a gateway sends, as short as a test needs them. */
export class GatewayItems {
  constructor(private readonly gateway: Maker) {}

  event({ kind, device, at, key = '', late = false, exercise = false, number }: Happening): Unnumbered {
    const dedup = { rule: 'vendor-record', key: `${at.toISOString()}/${kind}/${key}` } as const;
    const lane = laneOf(kind);
    const subject = { subject: device, time: at.toISOString(), late, exercise };
    return {
      ...this.envelope(subject, lane, lane === 'record' ? 'passage' : 'alarm'),
      id: identify({ gateway: this.gateway.id, device, dedup, part: kind }),
      type: eventType(kind),
      data: {
        kind,
        device,
        profile: 'test/panel@1',
        rawHash: sha256(dedup.key),
        dedup,
        gatewayTime: gatewayTime(at),
        ...(number === undefined ? {} : { deviceSequence: number }),
      },
    };
  }

  /** The alert of a happening; the same happening gives the same alert. */
  alert(
    happening: Happening & {
      readonly state?: AlertData['state'];
      readonly clearedAt?: Date;
      readonly severity?: 1 | 2 | 3 | 4;
      readonly covers?: AlertData['covers'];
    },
  ): Unnumbered {
    const { kind, device, at, key = '', late = false, exercise = false, state = 'active' } = happening;
    const rule = { rule: 'gateway', key: `${kind}/${at.toISOString()}/${key}` } as const;
    const identity = { gateway: this.gateway.id, device, part: 'alert' };
    const time = (happening.clearedAt ?? at).toISOString();
    return {
      ...this.envelope({ subject: device, time, late, exercise }, 'alarm', 'alarm'),
      id: identify({ ...identity, dedup: { ...rule, key: `${rule.key}:${state}` } }),
      type: 'cn.angrid.alert.v1',
      data: {
        alert: this.alertId(happening),
        kind,
        rule: 'occurrence@1',
        state,
        severity: happening.severity ?? kindDefinition(kind).severity ?? 3,
        device,
        events: [],
        since: gatewayTime(at),
        ...(happening.covers === undefined ? {} : { covers: happening.covers }),
      },
    };
  }

  alertId({ kind, device, at, key = '' }: Happening): string {
    const dedup = { rule: 'gateway', key: `${kind}/${at.toISOString()}/${key}` } as const;
    return identify({ gateway: this.gateway.id, device, dedup, part: 'alert' });
  }

  evidence(piece: {
    readonly camera: string;
    readonly at: Date;
    readonly alerts: readonly string[];
    readonly bytes: Buffer;
    readonly kind?: EvidenceData['kind'];
    /** How it hangs on an original, or is one. */
    readonly origin?: Pick<EvidenceData, 'original' | 'grant'>;
    readonly thumbnail?: Buffer;
  }): Unnumbered & { data: EvidenceData } {
    const { camera, at, alerts, bytes, kind = 'snapshot', origin, thumbnail } = piece;
    const unsigned: Omit<EvidenceData, 'signature'> = {
      ...origin,
      evidence: sha256(`${camera}/${at.toISOString()}/${kind}/${sha256(bytes)}/${origin?.grant?.id ?? ''}`),
      kind,
      camera,
      alerts: [...alerts],
      sha256: sha256(bytes),
      bytes: bytes.length,
      mediaType: kind === 'snapshot' ? 'image/jpeg' : 'video/mp4',
      codec: kind === 'snapshot' ? 'jpeg' : 'h264',
      span: { from: at.toISOString(), to: at.toISOString() },
      offsetMs: 0,
      shortPreRoll: false,
      masks: 0,
      ...(thumbnail && { thumbnail: thumbnail.toString('base64') }),
      capturedAt: gatewayTime(at),
      algorithm: 'Ed25519',
    };
    const { id, key } = this.gateway;
    const data = { ...unsigned, signature: signText(evidencePreimage(id, unsigned), key) };
    return this.report('cn.angrid.evidence.v1', { subject: camera, time: at.toISOString() }, data) as never;
  }

  health(at: Date, data: Partial<HealthData> = {}): Unnumbered {
    const pending = { alarm: 0, record: 0, media: 0, quarantined: 0, bytes: 0 };
    const facts = { version: '0.1.0', clockSynchronised: true, pending, diskFreeBytes: 1e9 };
    const lists = { devices: [], drops: {}, unknown: [] };
    const whole: HealthData = { gatewayTime: gatewayTime(at), ...facts, ...lists, ...data };
    return this.report('cn.angrid.report.health.v1', { subject: this.gateway.id, time: at.toISOString() }, whole);
  }

  gap(at: Date, data: Omit<LaneGap, 'noticedAt'> | Omit<DeviceGap, 'noticedAt'>): Unnumbered {
    const subject = { subject: this.gateway.id, time: at.toISOString() };
    return this.report('cn.angrid.report.gap.v1', subject, { ...data, noticedAt: gatewayTime(at) });
  }

  outage(at: Date, data: Omit<OutageData, 'reportedAt'>): Unnumbered {
    const subject = { subject: data.device, time: at.toISOString() };
    return this.report('cn.angrid.report.outage.v1', subject, { ...data, reportedAt: gatewayTime(at) });
  }

  provision(at: Date, data: ProvisionData): Unnumbered {
    return this.report('cn.angrid.provision.v1', { subject: data.device, time: at.toISOString() }, data);
  }

  private report(
    type: keyof typeof reports,
    subject: { readonly subject: string; readonly time: string },
    data: EvidenceData | HealthData | GapData | OutageData | ProvisionData,
  ): Unnumbered {
    const [lane, retention] = reports[type];
    const dedup = { rule: 'gateway', key: sha256(JSON.stringify(data)) } as const;
    return {
      ...this.envelope({ ...subject, late: false, exercise: false }, lane, retention),
      id: identify({ gateway: this.gateway.id, device: subject.subject, dedup, part: type }),
      type,
      data,
    } as Unnumbered;
  }

  private envelope(
    subject: { readonly subject: string; readonly time: string; readonly late: boolean; readonly exercise: boolean },
    lane: Lane,
    retentionclass: RetentionClass,
  ) {
    return {
      specversion: '1.0',
      source: `angrid://${this.gateway.id}`,
      ...subject,
      datacontenttype: 'application/json',
      sourcekind: 'gateway',
      lane,
      retentionclass,
      purpose: subject.exercise ? 'exercise' : 'public-safety',
      siteclass: 'art9',
    } as const;
  }
}

function gatewayTime(at: Date) {
  return { wall: at.toISOString(), monotonicMs: at.getTime() % 1e9, boot: 'boot-1' };
}
