import type { BatchAnswer, Lane } from '@angrid/contract';
import { VirtualClock } from '@angrid/runtime';
import { type RawBuilder, sql } from 'kysely';
import type { CloudTransaction } from '../src/database.js';
import { ingestBatch } from '../src/ingest/ingest-batch.js';
import { systemScope, withScope } from '../src/platform/database/index.js';
import { type Governance, openGovernance } from '../src/playbooks/governance.js';
import type { Principal } from '../src/platform/http/principal.js';
import type { Database } from '../src/schema.js';
import { createEnrolmentCode } from '../src/sites/enrolment-codes.js';
import { enrol } from '../src/sites/enrol.js';
import { authenticateGateway } from '../src/sites/gateway-authenticator.js';
import { createCompound } from '../src/units/compounds.js';
import { createPlace } from '../src/units/places.js';
import { seedTrees } from '../src/units/seed-trees.js';
import { createUnit } from '../src/units/units.js';
import { GatewayItems } from './gateway-items.js';
import { SignedGateway, type Unnumbered } from './signed-gateway.js';
import { startTemporaryDatabase, type TemporaryDatabase } from './temporary-database.js';

const GOVERNANCE = { playbook: 'jinhua', folder: undefined, calendar: undefined, timeZone: 'Asia/Shanghai' } as const;
export const FINGERPRINT = 'a'.repeat(64);
/** A village of the Suxi tree. */
export const VILLAGE = '330782105200';

/** A cloud without HTTP on a database of its own, on a clock that stands still. */
export class CloudBench {
  readonly clock = new VirtualClock('2026-03-01T02:00:00Z');
  private sites = 0;

  private constructor(
    readonly db: TemporaryDatabase<Database>,
    readonly governance: Governance,
  ) {}

  static async open(): Promise<CloudBench> {
    const governance = await openGovernance(GOVERNANCE);
    const bench = new CloudBench(await startTemporaryDatabase<Database>(), governance);
    await seedTrees(bench.db);
    return bench;
  }

  get now(): Date {
    return new Date(this.clock.wall());
  }

  system<T>(work: (trx: CloudTransaction) => Promise<T>): Promise<T> {
    return withScope(this.db.service, systemScope('test'), work);
  }

  async rows<Row>(query: RawBuilder<Row>): Promise<readonly Row[]> {
    return this.system(async (trx) => (await query.execute(trx)).rows);
  }

  /** A compound of its own with its gateway. */
  openSite(): Promise<BenchSite> {
    this.sites += 1;
    return BenchSite.open(this, `c${this.sites}`);
  }

  close(): Promise<void> {
    return this.db.close();
  }
}

/** One compound of a bench with its gateway; no device yet. */
export class BenchSite {
  readonly items: GatewayItems;

  private constructor(
    readonly bench: CloudBench,
    readonly compound: string,
    readonly gateway: SignedGateway,
    readonly principal: Principal,
  ) {
    this.items = new GatewayItems(gateway);
  }

  static async open(bench: CloudBench, compound = 'c1'): Promise<BenchSite> {
    await bench.system((trx) => createCompound(trx, { id: compound, name: '一号小区' }, bench.now));
    return BenchSite.enrol(bench, compound);
  }

  /** Another gateway of a compound that is there. */
  static async enrol(bench: CloudBench, compound: string): Promise<BenchSite> {
    const { db, clock, now } = bench;
    const { code } = await bench.system((trx) =>
      createEnrolmentCode(trx, { compound, actor: 'test', fingerprint: FINGERPRINT }, now),
    );
    const gateway = new SignedGateway(clock);
    const { token } = await enrol({ db, clock, certificates: { ca: 'PEM' } }, gateway.enrolRequest(code));
    const principal = await authenticateGateway(db, clock, token.token);
    if (!principal) throw new Error('the new token does not serve');
    return new BenchSite(bench, compound, gateway, principal);
  }

  /** Rows of the compound in a table. */
  async count(table: string): Promise<number> {
    const [row] = await this.bench.rows(
      sql<{ count: number }>`select count(*) as count from ${sql.table(table)} where compound_id = ${this.compound}`,
    );
    return Number(row?.count);
  }

  send(lane: Lane, ...items: readonly Unnumbered[]): Promise<BatchAnswer> {
    return this.sendBytes(this.gateway.batch(lane, items));
  }

  sendBytes(bytes: Buffer): Promise<BatchAnswer> {
    const { db, clock, governance } = this.bench;
    return ingestBatch({ db, clock, governance }, this.principal, bytes);
  }

  /** A door at a place of a building, with a camera that looks at it: the ids are door, cam, gate, and b3. */
  async furnish(): Promise<void> {
    const { bench, compound, items } = this;
    const { now } = bench;
    await bench.system(async (trx) => {
      const building = { id: `${compound}-b3`, parent: VILLAGE, kind: 'building', name: '3 号楼', level: 3 };
      await createUnit(trx, building, { now, actor: 'test' });
      await createPlace(trx, { compound, id: 'gate', name: '东门', kind: 'gate', unit: `${compound}-b3` }, now);
    });
    await this.send(
      'alarm',
      items.provision(now, { op: 'device.upsert', device: 'door', kind: 'panel', name: '东门门禁' }),
      items.provision(now, { op: 'device.upsert', device: 'cam', kind: 'camera', name: '东门摄像机' }),
      items.provision(now, { op: 'link.place', device: 'door', place: 'gate' }),
      items.provision(now, { op: 'link.camera', device: 'door', camera: 'cam', linked: true }),
    );
  }
}
