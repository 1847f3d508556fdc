import type pg from 'pg';
import { openCloudOwner } from './cloud-owner.js';

/** An event as the cloud has stored it. */
export interface EventRow {
  readonly device: string;
  readonly kind: string;
  /** The key by which its profile tells it from another: `boot|sequence`. */
  readonly key: string;
  readonly epoch: number;
  readonly lane: string;
  readonly sequence: number;
  /** Cloud time, ms. */
  readonly arrivedAt: number;
}

/** The database of a cloud in `data`, read as its owner: past every scope, so that nothing can hide. */
export class CloudRows {
  private constructor(private readonly client: pg.Client) {}

  static async open(data: string): Promise<CloudRows> {
    return new CloudRows(await openCloudOwner(data));
  }

  /** Every event of a gateway, in the order in which that gateway numbered them, lane by lane. */
  async events(gateway: string): Promise<EventRow[]> {
    const { rows } = await this.client.query<EventRow>(
      `select device_id as device, kind, data #>> '{dedup,key}' as key, epoch::int, lane, sequence::int,
         (extract(epoch from arrived_at) * 1000)::float8 as "arrivedAt"
       from events where gateway_id = $1 order by epoch, lane, sequence`,
      [gateway],
    );
    return rows;
  }

  async alerts(
    gateway: string,
  ): Promise<{ readonly device: string; readonly startedAt: number; readonly arrivedAt: number }[]> {
    const { rows } = await this.client.query<{ device: string; startedAt: number; arrivedAt: number }>(
      `select device_id as device, (extract(epoch from started_at) * 1000)::float8 as "startedAt",
         (extract(epoch from arrived_at) * 1000)::float8 as "arrivedAt"
       from alerts where gateway_id = $1 order by arrived_at`,
      [gateway],
    );
    return rows;
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
