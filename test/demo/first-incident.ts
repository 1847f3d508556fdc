import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConsoleClient } from '../support/console-client.js';
import { until } from '../support/until.js';

interface Piece {
  readonly id: string;
  readonly kind: 'snapshot' | 'clip';
  readonly sha256: string;
  readonly complete: boolean;
}

export interface Incident {
  readonly exercise?: boolean;
  readonly id: string;
  readonly why: { readonly en: string; readonly 'zh-CN': string };
  readonly unit: { readonly path: string; readonly names: readonly string[] } | null;
  readonly alerts: readonly {
    readonly kind: string;
    readonly device: { readonly id: string; readonly kind: string };
  }[];
  readonly evidence: readonly Piece[];
  readonly legs: readonly { readonly role: string; readonly state: string; readonly channel: string }[];
}

/** Ways to officers besides their console. */
const CHATS = ['wecom', 'dingtalk', 'feishu'];
const ROLES = ['property-manager', 'handling-officer', 'responsible-officer', 'four-platforms'];

export interface Told {
  readonly why: string;
  readonly unit_path: string;
  readonly alerts: readonly string[];
  readonly evidence: readonly { kind: string; file: string; sha256: string; bytes: number }[];
  readonly legs: readonly { role: string; state: string }[];
}

/** The first alert that the police desk sees. */
export async function firstAlert(police: ConsoleClient): Promise<void> {
  await until('an incident is in the cloud', async () => (await incidents(police))[0], 60_000);
}

/** The incident with door, camera, unit, all four legs sent, and complete evidence; its files are left in `folder`. */
export async function firstIncident(police: ConsoleClient, folder: string): Promise<Told> {
  const whole = await until('the incident is whole', async () => (await incidents(police)).find(isWhole), 60_000);
  const { grantId } = await police.post<{ grantId: string }>(`/api/incidents/${whole.id}/evidence-grants`, {
    reason: '核实强行开门警情 Verify the forced door',
  });
  await mkdir(folder, { recursive: true });
  const evidence = [];
  for (const { id, kind, sha256 } of whole.evidence) {
    const bytes = await police.bytes(`/api/evidence/${id}/content?grant=${grantId}`);
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== sha256) throw new Error(`the ${kind} does not fit its hash`);
    const file = join(folder, `${kind}-${id.slice(0, 12)}.${kind === 'clip' ? 'mp4' : 'jpg'}`);
    await writeFile(file, bytes);
    evidence.push({ kind, file, sha256, bytes: bytes.length });
  }
  return {
    why: whole.why.en,
    unit_path: whole.unit?.path ?? '',
    alerts: whole.alerts.map(({ kind, device }) => `${device.id}: ${kind}`),
    evidence,
    legs: whole.legs.flatMap(({ role, state, channel }) => (CHATS.includes(channel) ? [] : [{ role, state }])),
  };
}

async function incidents(police: ConsoleClient): Promise<readonly Incident[]> {
  return (await police.get<{ incidents: readonly Incident[] }>('/api/incidents?state=all&limit=50')).incidents;
}

function isWhole({ alerts, evidence, legs, unit }: Incident): boolean {
  const kinds = new Set(evidence.filter(({ complete }) => complete).map(({ kind }) => kind));
  const devices = new Set(alerts.map(({ device }) => (device.kind === 'camera' ? 'camera' : 'door')));
  const sent = ROLES.every((role) => legs.some((leg) => leg.role === role && leg.state !== 'queued'));
  return kinds.size === 2 && evidence.every(({ complete }) => complete) && devices.size === 2 && unit !== null && sent;
}
