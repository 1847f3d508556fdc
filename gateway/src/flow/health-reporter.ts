import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { GatewayTime, HealthData } from '@angrid/contract';
import type { SiteFacts } from '../normalise/index.js';
import type { Outbox } from '../outbox/outbox.js';
import type { Tally } from '../telemetry/tally.js';
import { inParts } from './health-parts.js';
import { healthDraft } from './items.js';
import type { UnknownVault } from './unknown-vault.js';

export interface HealthReporterOptions {
  readonly outbox: Pick<Outbox, 'append' | 'counts'>;
  readonly tally: Tally;
  readonly unknown: Pick<UnknownVault, 'take'>;
  readonly dataFolder: string;
  readonly version: string;
  stamp(): GatewayTime;
  facts(): SiteFacts;
  devices(): HealthData['devices'];
  written(): HealthData['evidenceWritten'];
}

/** Files that time services write once the clock is right. */
const SYNCHRONISED = ['/run/systemd/timesync/synchronized', '/run/chrony/synchronised'];

/** Tells the cloud how the gateway is. While an earlier report still waits, no new one is piled on it. */
export class HealthReporter {
  constructor(private readonly options: HealthReporterOptions) {}

  async report(): Promise<void> {
    const { outbox, facts } = this.options;
    const counts = await outbox.counts();
    if (counts.pending.record > 1000) return;
    const parts = inParts(await this.data(counts));
    const drafts = parts.map((data, index) => healthDraft(data, facts(), index));
    await Promise.all(drafts.map((draft) => outbox.append({ event: draft.id, drafts: [draft], states: [] })));
  }

  private async data(counts: Awaited<ReturnType<Outbox['counts']>>): Promise<HealthData> {
    const { tally, unknown, dataFolder, version, stamp, devices, written } = this.options;
    const disk = await statfs(dataFolder);
    return {
      gatewayTime: stamp(),
      version,
      clockSynchronised: SYNCHRONISED.some((file) => existsSync(file)),
      pending: { ...counts.pending, quarantined: counts.quarantined, bytes: counts.bytes },
      diskFreeBytes: disk.bavail * disk.bsize,
      evidenceWritten: written(),
      devices: devices(),
      drops: tally.takeDrops(),
      unknown: unknown.take(),
    };
  }
}
