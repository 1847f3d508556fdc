import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { ConsoleClient } from '../../testing/console-client.js';
import { Town } from '../../testing/town.js';
import { WebhookReceiver } from '../../testing/webhook-receiver.js';
import { MARK } from '../reports/redact.js';
import type { CloudDatabase } from '../database.js';
import { auditHash, verifyAuditLog } from './audit-log.js';
import type { AuditRoot } from './audit-root.js';
import type { WitnessView } from './witness.js';

interface Row {
  readonly role: string;
  readonly action: string;
  readonly subject: string;
  readonly compound: string | null;
  readonly reason: string | null;
  readonly detail: Record<string, unknown>;
}

let receiver: WebhookReceiver;
let town: Town;
let manager: ConsoleClient;
let officer: ConsoleClient;
beforeAll(async () => {
  receiver = await WebhookReceiver.open();
  town = await Town.open({
    AUDIT_WITNESS_URL: receiver.url,
    AUDIT_WITNESS_SECRET: 'env:ANGRID_CLOUD_WITNESS_KEY',
    WITNESS_KEY: receiver.secret,
  });
  manager = await town.signIn('manager');
  officer = await town.signIn('officer');
}, 180_000);
afterAll(async () => {
  await town.close();
  await receiver.close();
});

const rowsOf = (action: string): Promise<readonly Row[]> =>
  town.bench.rows(sql<Row>`
    select role, action, subject, compound_id as compound, reason, detail from audit_log where action = ${action}
    order by audit_id`);
const wish = () => ({
  ...{ compound: 'east', kind: 'silence', reason: '门坏了，致电 13812345678' },
  until: new Date(town.bench.clock.wall() + 3_600_000).toISOString(),
});

describe('the audit log', () => {
  it('says what a change has made and what it named, without the numbers in its reason', async () => {
    const { body } = await manager.post<{ id: string }>('/api/silences', { ...wish(), device: 'door' });
    expect(await rowsOf('silences.manage')).toEqual([
      {
        ...{ role: 'property-manager', action: 'silences.manage', subject: 'POST /api/silences', compound: 'east' },
        reason: `门坏了，致电 ${MARK}`,
        detail: { made: body.id, kind: 'silence', device: 'door', until: wish().until },
      },
    ]);
    const auditor = await town.signIn('auditor');
    const { body: read } = await auditor.get<{ entries: Row[] }>('/api/audit');
    expect(read.entries.find(({ action }) => action === 'silences.manage')?.detail).toMatchObject({ made: body.id });
  });

  it('says what somebody signed in was refused, by a permission or beyond his units, and is not flooded with it', async () => {
    expect((await officer.get('/api/audit')).status).toBe(403);
    expect(await rowsOf('audit.read.refused')).toMatchObject([{ role: 'police', subject: 'GET /api/audit' }]);
    const beyond = { ...wish(), device: 'cam' };
    for (let time = 0; time < 70; time += 1) expect((await officer.post('/api/silences', beyond)).status).toBe(403);
    const refused = await rowsOf('silences.manage.refused');
    expect(refused).toHaveLength(59);
    expect(refused[0]).toMatchObject({ role: 'police', compound: 'east', detail: { device: 'cam' } });
  });

  it('holds as a chain with all of that', async () => {
    const [last] = await town.bench.rows(sql<AuditRoot>`
      select count(*) over () as rows, hash from audit_log order by audit_id desc limit 1`);
    expect(await verifyAuditLog(town.bench.db)).toEqual({ read: last });
  });
});

describe('the log of an incident', () => {
  it('keeps a note without its numbers, and counts them', async () => {
    const { east, bench } = town;
    const forced = { kind: 'door.forced', device: 'door', at: bench.now } as const;
    await east.send('alarm', east.items.event(forced), east.items.alert(forced));
    const [incident] = await bench.rows(
      sql<{ id: string; version: number }>`select incident_id as id, version from incidents`,
    );
    const note = { action: 'note', note: '车主 13812345678，车牌 浙G12345', version: incident?.version };
    expect((await manager.post(`/api/incidents/${incident?.id}/actions`, note)).status).toBe(200);
    const [row] = await bench.rows(sql`select note, detail from incident_log where action = 'note'`);
    expect(row).toMatchObject({
      note: `车主 ${MARK}，车牌 ${MARK}`,
      detail: { redacted: { phone: 1, identity: 0, plate: 1 } },
    });
  });
});

describe('the witness', () => {
  const DAY_MS = 24 * 3_600_000;
  const roots = (): AuditRoot[] =>
    receiver.pushes.map(({ body }) => ({ rows: Number(body.data['rows']), hash: String(body.data['hash']) }));

  /** Lets a minute pass, and asks until what is shown fits. */
  async function lookFor(auditor: ConsoleClient, fits: (view: WitnessView) => boolean): Promise<WitnessView> {
    await town.bench.clock.advance(60_000);
    for (let time = 0; time < 500; time += 1) {
      const { body } = await auditor.get<WitnessView>('/api/audit/witness');
      if (fits(body)) return body;
    }
    throw new Error('it does not come to that');
  }

  /** The owner of the database changes one word, and every hash after it, so that the chain is whole. */
  async function writeAnew(owner: CloudDatabase['service']): Promise<void> {
    const rows = await owner.selectFrom('audit_log').selectAll().orderBy('audit_id').execute();
    let previous = rows[0]?.prev_hash ?? '';
    for (const [index, { audit_id: id, ...row }] of rows.entries()) {
      const actor = index === 0 ? 'somebody else' : row.actor;
      const hash = auditHash(previous, { ...row, actor });
      await sql`
        update audit_log set actor = ${actor}, prev_hash = ${previous}, hash = ${hash}
        where audit_id = ${id}`.execute(owner);
      previous = hash;
    }
  }

  it('is told the root once a day, signed, again until it has taken it', async () => {
    receiver.pushes.length = 0;
    receiver.answers.push(503);
    town.bench.clock.jumpWall(DAY_MS);
    const auditor = await town.signIn('auditor');
    expect(await lookFor(auditor, ({ refused }) => refused !== null)).toMatchObject({ isSet: true });
    const { taken } = await lookFor(auditor, (view) => view.taken !== null && view.refused === null);
    expect(taken).toMatchObject(roots()[0] ?? {});
    await lookFor(auditor, () => true);
    const push = {
      genuine: true,
      id: receiver.pushes[0]?.id,
      body: { type: 'audit.root', data: { day: '2026-03-02' } },
    };
    expect(receiver.pushes).toMatchObject([push, push]);
  });

  it('finds what the owner of the database has cut off or written anew, where the chain alone is whole', async () => {
    const { db } = town.bench;
    const [witnessed] = roots();
    if (!witnessed) throw new Error('no root was told');
    expect((await verifyAuditLog(db, [witnessed])).lost).toBeUndefined();
    await db.asOwner((owner) =>
      sql`
      delete from audit_log where audit_id >= (
        select audit_id from audit_log order by audit_id offset ${witnessed.rows - 1} limit 1)`.execute(owner),
    );
    expect(await verifyAuditLog(db)).toEqual({ read: expect.objectContaining({ rows: witnessed.rows - 1 }) });
    expect(await verifyAuditLog(db, [witnessed])).toMatchObject({ lost: witnessed });
    for (let time = 0; time < 3; time += 1) await town.signIn('manager');
    await db.asOwner(writeAnew);
    const verdict = await verifyAuditLog(db);
    expect([verdict.brokenAt, verdict.read.rows > witnessed.rows]).toEqual([undefined, true]);
    expect(await verifyAuditLog(db, [witnessed])).toMatchObject({ lost: witnessed });
  });

  it('cannot be told otherwise by the service: what it was told stays', async () => {
    for (const table of ['audit_roots', 'audit_root_posts']) {
      await expect(town.bench.rows(sql`delete from ${sql.table(table)}`)).rejects.toThrow('permission denied');
    }
  });
});
