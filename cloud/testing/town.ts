import { newLink, useLink } from '../src/accounts/links.js';
import { createAccount } from '../src/accounts/manage-accounts.js';
import type { AccountRole } from '../src/schema-people.js';
import { ConsoleClient, PASSWORD } from './console-client.js';
import { BenchSite, CloudBench, VILLAGE } from './gateway-site.js';
import { startTemporaryCloud, type TemporaryCloud } from './temporary-cloud.js';

export type PersonName = keyof typeof people;

interface Person {
  readonly role: AccountRole;
  readonly compounds?: readonly string[];
  readonly unitPaths?: readonly string[];
  readonly duties?: readonly ('confirmer' | 'station-desk' | 'handling-officer' | 'responsible-officer')[];
}

const VILLAGE_PATH = `suxi/${VILLAGE}`;

export const people = {
  administrator: { role: 'administrator' },
  manager: { role: 'property-manager', compounds: ['east'] },
  neighbour: { role: 'property-manager', compounds: ['west'] },
  officer: { role: 'police', unitPaths: [`${VILLAGE_PATH}/east-b3`] },
  outsider: { role: 'police', unitPaths: [`${VILLAGE_PATH}/west-b3`] },
  desk: { role: 'police', unitPaths: [VILLAGE_PATH], duties: ['station-desk', 'handling-officer'] },
  member: { role: 'grid-member', unitPaths: [VILLAGE_PATH] },
  warden: { role: 'grid-member', unitPaths: [`${VILLAGE_PATH}/east-b3`] },
  confirmer: { role: 'property-manager', compounds: ['east'], duties: ['confirmer'] },
  installer: { role: 'installer', compounds: ['east'] },
  auditor: { role: 'auditor' },
} as const satisfies Record<string, Person>;

/**
 * A whole cloud with two compounds, east and west, each with a door, a camera that looks at it, a building and a
 * gateway, and with the people who act. Time stands still unless the test moves it.
 */
export class Town {
  private constructor(
    readonly bench: CloudBench,
    readonly cloud: TemporaryCloud,
    readonly east: BenchSite,
    readonly west: BenchSite,
  ) {}

  static async open(settings: Readonly<Record<string, string>> = {}): Promise<Town> {
    const bench = await CloudBench.open();
    try {
      const east = await BenchSite.open(bench, 'east');
      const west = await BenchSite.open(bench, 'west');
      await east.furnish();
      await west.furnish();
      const cloud = await startTemporaryCloud({ database: bench.db, clock: bench.clock, settings });
      return new Town(bench, cloud, east, west);
    } catch (error) {
      await bench.close();
      throw error;
    }
  }

  /** A browser in which this person is signed in. */
  async signIn(name: PersonName): Promise<ConsoleClient> {
    const { db, clock, now } = this.bench;
    const login = `the-${name}`;
    const found = await db.service.selectFrom('accounts').select('login').where('login', '=', login).executeTakeFirst();
    if (!found) {
      const { role, compounds = [], unitPaths = [], duties = [] }: Person = people[name];
      const facts = { login, label: name, role, compounds: [...compounds], unitPaths: [...unitPaths] };
      const id = await createAccount(db, { ...facts, duties: [...duties] }, now);
      await useLink({ db, clock }, { link: await newLink({ db, clock }, id), password: PASSWORD });
    }
    const client = new ConsoleClient(this.cloud.url);
    const { status } = await client.post('/api/session', { login, password: PASSWORD });
    if (status !== 200) throw new Error(`${name} cannot sign in: ${status}`);
    return client;
  }

  async close(): Promise<void> {
    await this.cloud.stop();
    await this.bench.close();
  }
}
