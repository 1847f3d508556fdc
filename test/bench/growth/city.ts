import type pg from 'pg';
import { openCloudOwner } from '../../support/cloud-owner.js';
import { type CloudProgram, startCloudProgram } from '../../support/cloud-program.js';
import type { ConsoleClient } from '../../support/console-client.js';
import { until } from '../../support/until.js';
import { openSites, prepare, type Site } from '../cloud-ingest/load.js';
import { send } from '../cloud-ingest/senders.js';
import { type Duty, newConsole } from '../viewer.js';
import { countRows, history } from './history.js';
import { registry } from './registry.js';

const SITES = 148;
const BATCH = 256;
const CONNECTIONS = 8;
/** Consoles that see one compound, one village, one building. */
const EACH = 6;

export interface Viewer {
  readonly sees: string;
  readonly client: ConsoleClient;
}

/** A cloud of a whole city, with a past of so many rows. */
export class City {
  private constructor(
    private readonly cloud: CloudProgram,
    private readonly owner: pg.Client,
    private readonly sites: readonly Site[],
    readonly rows: number,
  ) {}

  static async open(folder: string, rows: number): Promise<City> {
    const cloud = await startCloudProgram({ folder }, { login: 'admin', label: 'Administrator' });
    try {
      const sites = await openSites(cloud.url, cloud.administrator, { count: SITES, panels: 0 });
      const owner = await openCloudOwner(cloud.data);
      for (const statement of [...registry, ...history(rows, new Date())]) await owner.query(statement);
      const counted = await owner.query<{ rows: string }>(`select ${countRows} as rows`);
      return new City(cloud, owner, sites, Number(counted.rows[0]?.rows));
    } catch (error) {
      await cloud.program.stop();
      throw error;
    }
  }

  /** Each of the gateways sends a batch: microseconds an alert, from the first request to the last answer. */
  async takeIn(): Promise<number> {
    const sent = await send(this.cloud.url, prepare(this.sites, 1, BATCH), CONNECTIONS);
    await this.settled();
    return (sent.seconds / sent.alerts) * 1e6;
  }

  /** Consoles of people who see everything, one compound, a village, a building. */
  async viewers(): Promise<readonly Viewer[]> {
    const viewers: Viewer[] = [{ sees: 'everything', client: this.cloud.administrator }];
    const { rows } = await this.owner.query<{ compound: string; village: string; building: string }>(
      `select compound_id as compound, unit_path as building, (select path from units where unit_id = village) as village
       from buildings where building = 1 order by compound_id limit ${EACH}`,
    );
    for (const { compound, village, building } of rows) {
      const console = (duty: Duty): Promise<ConsoleClient> => newConsole(this.cloud, duty);
      const manager = await console({ role: 'property-manager', compounds: [compound] });
      const police = await console({ role: 'police', unitPaths: [village] });
      const gridMember = await console({ role: 'grid-member', unitPaths: [building] });
      viewers.push({ sees: 'a compound', client: manager });
      viewers.push({ sees: 'a village', client: police });
      viewers.push({ sees: 'a building', client: gridMember });
    }
    return viewers;
  }

  async close(): Promise<void> {
    await this.owner.end();
    await this.cloud.program.stop();
  }

  /** What a batch leaves to be done after its answer: positions of the feed, pushes to consoles. */
  private async settled(): Promise<void> {
    const look = async (): Promise<true | undefined> => {
      const { rows } = await this.owner.query<{ done: boolean }>(
        `select not exists (select from feed_batches where position is null)
           and not exists (select from legs where state = 'queued' and channel = 'console') as done`,
      );
      return rows[0]?.done === true ? true : undefined;
    };
    await until('the cloud has done what the batches left', look, 120_000);
  }
}
