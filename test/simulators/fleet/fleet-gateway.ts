import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import {
  type AlertData,
  type AlertItem,
  batchPreimage,
  CONTRACT_VERSION,
  type EnrolAnswer,
  enrolPreimage,
  type EventKind,
  gatewayPaths,
  type Item,
  kindDefinition,
  type ProvisionData,
} from '@angrid/contract';
import { firstLink, identify, nextLink, rawPublicKey, signText } from '@angrid/contract/signing';

const EPOCH = 1;

/** One of many gateways, as the cloud knows it: a key, and one lane of alarms that it numbers, chains and signs. */
export class FleetGateway {
  private sequence = 0;
  private link: string;

  private constructor(
    readonly id: string,
    readonly token: string,
    private readonly key: KeyObject,
  ) {
    this.link = firstLink(id, EPOCH, 'alarm');
  }

  /** Enrols with a one-time code at a cloud that listens at `base`. */
  static async enrol(base: string, code: string): Promise<FleetGateway> {
    const key = generateKeyPairSync('ed25519').privateKey;
    const unsigned = { code, publicKey: rawPublicKey(key), nonce: randomBytes(16).toString('base64url') };
    const request = {
      ...unsigned,
      name: 'gateway',
      version: '0.1.0',
      signature: signText(enrolPreimage(unsigned), key),
    };
    const response = await fetch(`${base}${gatewayPaths.enrol}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    if (!response.ok) throw new Error(`enrol: ${response.status} ${await response.text()}`);
    const { gateway, token } = (await response.json()) as EnrolAnswer;
    return new FleetGateway(gateway, token.token, key);
  }

  /** An alert of a device, raised at `at`: the same three make the same alert. */
  alert(kind: EventKind, device: string, at: Date): UnnumberedAlert {
    const wall = at.toISOString();
    const dedup = { rule: 'gateway', key: `${kind}/${wall}` } as const;
    const identity = { gateway: this.id, device, part: 'alert' };
    const data: AlertData = {
      alert: identify({ ...identity, dedup }),
      kind,
      rule: 'occurrence@1',
      state: 'active',
      severity: kindDefinition(kind).severity ?? 3,
      device,
      events: [],
      since: { wall, monotonicMs: at.getTime() % 1e9, boot: 'boot-1' },
    };
    const id = identify({ ...identity, dedup: { ...dedup, key: `${dedup.key}:active` } });
    return { ...this.envelope(id, device, wall), retentionclass: 'alarm', type: 'cn.angrid.alert.v1', data };
  }

  /** What an installer has told of a device. */
  provision(data: ProvisionData, at: Date): Unnumbered {
    const wall = at.toISOString();
    const dedup = { rule: 'gateway', key: `${data.op}/${wall}` } as const;
    const id = identify({ gateway: this.id, device: data.device, dedup, part: 'provision' });
    const type = 'cn.angrid.provision.v1';
    return { ...this.envelope(id, data.device, wall), retentionclass: 'configuration', type, data };
  }

  /** The next batch of the lane, as bytes to post to `gatewayPaths.batches`. */
  batch(items: readonly Unnumbered[]): Buffer {
    const from = this.sequence + 1;
    const prev = this.link;
    const lines = items.map((item, index) => JSON.stringify({ bootepoch: EPOCH, sequence: from + index, ...item }));
    for (const line of lines) this.link = nextLink(this.link, line);
    this.sequence += lines.length;
    const unsigned = {
      contract: CONTRACT_VERSION,
      gateway: this.id,
      epoch: EPOCH,
      lane: 'alarm',
      from,
      to: this.sequence,
      count: lines.length,
      prev,
      head: this.link,
      sentAt: new Date().toISOString(),
      algorithm: 'Ed25519',
    } as const;
    const header = { ...unsigned, signature: signText(batchPreimage(unsigned), this.key) };
    return Buffer.from([JSON.stringify(header), ...lines, ''].join('\n'));
  }

  private envelope(id: string, subject: string, time: string) {
    return {
      specversion: '1.0',
      id,
      source: `angrid://${this.id}`,
      subject,
      time,
      datacontenttype: 'application/json',
      sourcekind: 'gateway',
      lane: 'alarm',
      purpose: 'public-safety',
      siteclass: 'art9',
      late: false,
      exercise: false,
    } as const;
  }
}

/** An item before its lane has given it a number. */
export type Unnumbered = Item extends infer I ? (I extends Item ? Omit<I, 'bootepoch' | 'sequence'> : never) : never;
export type UnnumberedAlert = Omit<AlertItem, 'bootepoch' | 'sequence'>;
