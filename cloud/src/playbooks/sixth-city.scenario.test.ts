import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { ConsoleClient } from '../../testing/console-client.js';
import { VILLAGE } from '../../testing/gateway-site.js';
import { harbour } from '../../testing/harbour.js';
import { Town } from '../../testing/town.js';
import type { IncidentDetail } from '../console/incident-detail.js';
import { runTimers } from '../dispatch/timers.js';
import { ingestBatch } from '../ingest/ingest-batch.js';
import { type Governance, openGovernance } from './governance.js';

const village = `suxi/${VILLAGE}`;
let folder: string;
let town: Town;
let governance: Governance;
let administrator: ConsoleClient;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'angrid-city-'));
  await writeFile(path.join(folder, 'harbour.yaml'), harbour);
  town = await Town.open({ GOVERNANCE_FOLDER: folder });
  governance = await openGovernance({ playbook: 'jinhua', folder, calendar: undefined, timeZone: 'Asia/Shanghai' });
  administrator = await town.signIn('administrator');
}, 180_000);
afterAll(async () => {
  await town.close();
  await rm(folder, { recursive: true, force: true });
});

const legs = (incident: string) =>
  town.bench.rows(sql<{ role: string; to: string; unit: string }>`
    select role || '/' || rung as role, to_id as to, to_unit as unit from legs where incident_id = ${incident}
    order by rung, role desc`);

/** The legs once a timer has fired, in this process or in the cloud's: an incident that one of them holds the other passes over. */
async function climbed(incident: string) {
  const { db, clock } = town.bench;
  for (let turn = 0; turn < 100; turn += 1) {
    await runTimers({ db, clock, governance });
    const told = await legs(incident);
    if (told.some(({ role }) => role.endsWith('/1'))) return told;
  }
  return legs(incident);
}

/** A forced door in the east: the id of its incident. */
async function forcedDoor(): Promise<string> {
  const { bench, east } = town;
  const forced = { kind: 'door.forced', device: 'door', at: bench.now } as const;
  const batch = east.gateway.batch('alarm', [east.items.event(forced), east.items.alert(forced)]);
  await ingestBatch({ db: bench.db, clock: bench.clock, governance }, east.principal, batch);
  const [row] = await bench.rows(sql<{ id: string }>`select incident_id as id from incidents`);
  return row?.id ?? '';
}

describe('a sixth city', () => {
  it('is a file in the folder of the settings', async () => {
    const { body } = await administrator.get('/api/playbooks/harbour');
    expect(body).toMatchObject({ playbook: { id: 'harbour', name: { en: 'Harbour' } }, findings: [] });
  });

  it('is named by its compounds, and only where there is one', async () => {
    const name = (playbook: string) => administrator.call('PUT', '/api/compounds/east', { playbook });
    expect(await name('atlantis')).toMatchObject({ status: 400, body: { code: 'input.invalid' } });
    expect(await name('harbour')).toMatchObject({ status: 200, body: { playbook: 'harbour' } });
  });

  it('has its own people told of an alert, and its officer where they are silent', async () => {
    const { bench } = town;
    const incident = await forcedDoor();
    expect(await legs(incident)).toEqual([{ role: 'watch/0', to: 'watch', unit: `${village}/east-b3` }]);
    const member = await town.signIn('member');
    const { body } = await member.get<IncidentDetail>(`/api/incidents/${incident}`);
    expect(body).toMatchObject({ playbook: 'harbour@1', names: { watch: { en: 'Harbour watch' } } });
    expect(body.ownLegs).toEqual(body.legs.map(({ id }) => id));

    const desk = await town.signIn('desk');
    const wish = { action: 'confirm', version: body.version };
    expect((await desk.post(`/api/incidents/${incident}/actions`, wish)).status).toBe(200);
    bench.clock.jumpWall(15 * 60_000);
    expect((await climbed(incident)).slice(1)).toEqual([
      { role: 'officer/0', to: 'watch', unit: village },
      { role: 'officer/1', to: 'harbour-officer', unit: 'suxi' },
    ]);
  });
});
