import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { ConsoleClient } from '../../testing/console-client.js';
import { Town } from '../../testing/town.js';
import { MARK } from '../reports/redact.js';
import { verifyAuditLog } from './audit-log.js';

interface Row {
  readonly role: string;
  readonly action: string;
  readonly subject: string;
  readonly compound: string | null;
  readonly reason: string | null;
  readonly detail: Record<string, unknown>;
}

let town: Town;
let manager: ConsoleClient;
let officer: ConsoleClient;
beforeAll(async () => {
  town = await Town.open();
  manager = await town.signIn('manager');
  officer = await town.signIn('officer');
}, 180_000);
afterAll(() => town.close());

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
    expect(await verifyAuditLog(town.bench.db)).toEqual({ rows: expect.any(Number) });
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
