import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { Secret } from '@angrid/runtime';
import { sql } from 'kysely';
import { BenchSite, CloudBench, VILLAGE } from '../../testing/gateway-site.js';
import { answerTask, openTasks, recordConsent, revokeConsent } from '../care/care.js';
import { raiseCare } from '../care/raise-care.js';
import { SealingBox } from '../channels/sealing.js';
import { grantEvidence } from '../console/evidence-opening.js';
import { incidentsById } from '../console/incidents.js';
import { EvidenceFiles } from '../evidence/evidence-files.js';
import { addVisit, closeDay, dailyList } from '../patrol/daily-list.js';
import { addList, patrolsOf, signRound } from '../patrol/patrols.js';
import { createPlace } from '../units/places.js';
import { type FiledReport, fileReport, type NewReport } from './file-report.js';
import { keepPicture } from './keep-picture.js';
import { openReport, reportsOfIncident, standingOf } from './read-reports.js';
import { ReportDesk } from './report-desk.js';

const box = new SealingBox(new Secret('a key of thirty-two characters!!'));
const HOUR_MS = 3_600_000;
let bench: CloudBench;
let site: BenchSite;
let folder: string;
let officer: string;
let member: string;

beforeAll(async () => {
  bench = await CloudBench.open();
  site = await BenchSite.open(bench);
  await site.furnish();
  await bench.system((trx) => sql`update compounds set playbook = 'shuocheng'`.execute(trx));
  officer = await account('officer', 'police');
  member = await account('member', 'grid-member');
  folder = await mkdtemp(path.join(tmpdir(), 'angrid-reports-'));
}, 120_000);
afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

async function account(login: string, role: string): Promise<string> {
  const [row] = await bench.rows(sql<{ id: string }>`
    insert into accounts (account_id, login, label, role, created_at)
    values (gen_random_uuid(), ${login}, ${login}, ${role}, ${bench.now}) returning account_id as id`);
  return row?.id ?? '';
}

function report(over: Partial<NewReport> = {}): Promise<FiledReport> {
  const what = { category: 'dispute', text: '东门有人吵架，联系13812345678', wantsCode: true } as const;
  const whole = { compound: site.compound, place: 'gate', reporter: null, ...what, ...over };
  return bench.system((trx) => fileReport(trx, whole, { box, governance: bench.governance, now: bench.now }));
}

describe('what somebody reports', () => {
  it('is a matter that is confirmed by that word, and on a Sunday goes to the officers of the station', async () => {
    const { incident } = await report();
    const [seen] = await bench.system((trx) => incidentsById(trx, [incident]));
    expect(seen).toMatchObject({
      kind: 'report.dispute',
      state: 'open',
      confirmedBy: 'person',
      why: { 'zh-CN': '东门：群众上报纠纷' },
      place: { id: 'gate' },
    });
    expect(seen?.legs.map(({ role, to }) => [role, to.id])).toEqual([['handler', 'station-officer']]);
  });

  it('is joined by no device, and joins none', async () => {
    const [first, second] = [await report(), await report()];
    expect(first.incident).not.toBe(second.incident);
  });

  it('stands everywhere without its numbers, and as it was written under a grant alone', async () => {
    const { report: id, incident } = await report();
    const account = officer;
    const [shown] = await bench.system((trx) => reportsOfIncident(trx, incident));
    expect(shown).toMatchObject({ text: '东门有人吵架，联系〔***〕', redacted: { phone: 1, identity: 0, plate: 0 } });
    const leaks = await bench.rows(sql`
      select 1 from incident_log where (note || detail::text) like '%13812345678%'
      union all select 1 from reports r where r::text like '%13812345678%'
      union all select 1 from feed f where f::text like '%13812345678%'`);
    expect(leaks).toEqual([]);
    const open = (grant: string) =>
      bench.system((trx) => openReport(trx, { report: id, grant, account }, { box, now: bench.now }));
    await expect(open('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
      code: 'evidence.reason-required',
    });
    const asked = { incident, account, reason: '回访上报人' };
    const { grantId } = await bench.system((trx) => grantEvidence(trx, asked, bench.now));
    expect(await open(grantId)).toMatchObject({ text: '东门有人吵架，联系13812345678', reason: '回访上报人' });
  });

  it('tells its reporter by the code how it stands, and nobody without it', async () => {
    const { code } = await report();
    const ask = (typed: string) => bench.system((trx) => standingOf(trx, typed));
    expect(await ask((code ?? '').toLowerCase().replaceAll('-', ' '))).toMatchObject({
      category: 'dispute',
      state: 'open',
    });
    await expect(ask('AAAA-BBBB-CCCC')).rejects.toMatchObject({ code: 'subject.not-found' });
  });

  it('takes one picture, without where and when it was taken, as evidence', async () => {
    const { upload, incident } = await report();
    const files = new EvidenceFiles(folder);
    const bytes = jpegTaken('GPS 29.3');
    const keep = () =>
      bench.system((trx) =>
        keepPicture(trx, { compound: site.compound, token: upload, bytes }, { files, now: bench.now }),
      );
    await keep();
    await expect(keep()).rejects.toMatchObject({ code: 'subject.not-found' });
    const [seen] = await bench.system((trx) => incidentsById(trx, [incident]));
    const [piece] = seen?.evidence ?? [];
    expect(piece).toMatchObject({ kind: 'snapshot', mediaType: 'image/jpeg', complete: true });
    const kept = await readFile(files.fileOf({ compound: site.compound, sha256: piece?.sha256 ?? '' }));
    expect(kept.includes('GPS')).toBe(false);
  });

  it('is taken so many times in ten minutes for one compound, whichever process of the cloud it comes to', async () => {
    for (const compound of ['busy', 'calm']) await BenchSite.open(bench, compound);
    const { db, clock, governance } = bench;
    const desk = (): ReportDesk => new ReportDesk({ db, clock, governance, box, files: new EvidenceFiles(folder) });
    const desks = [desk(), desk()] as const;
    const draft = {
      category: 'hazard',
      place: null,
      text: '灯坏了，楼道很黑',
      wantsCode: false,
      reporter: null,
    } as const;
    const file = (at: number, compound: string) =>
      desks[at % 2 === 0 ? 0 : 1].file({ ...draft, compound }, `198.51.100.${at}`);
    for (let at = 0; at < 40; at += 1) await file(at, 'busy');
    for (const at of [40, 41]) await expect(file(at, 'busy')).rejects.toMatchObject({ code: 'report.too-many' });
    await file(42, 'calm');
    clock.jumpWall(600_000);
    await file(43, 'busy');
  });
});

/** A tiny picture with a comment. */
function jpegTaken(where: string): Buffer {
  const segment = (marker: number, body: Buffer): Buffer =>
    Buffer.concat([Buffer.from([0xff, marker, 0, body.length + 2]), body]);
  const frame = Buffer.from([8, 0, 8, 0, 8, 1, 1, 17, 0]);
  const scan = Buffer.from([1, 1, 0, 0, 63, 0]);
  return Buffer.concat([
    ...[Buffer.from([0xff, 0xd8]), segment(0xfe, Buffer.from(where)), segment(0xdb, Buffer.alloc(65, 1))],
    ...[segment(0xc0, frame), segment(0xda, scan), Buffer.from([0x12, 0x34, 0xff, 0xd9])],
  ]);
}

describe('a patrol and the day of a district', () => {
  it('shows the signed round, the missed one and the place that was gone to, and is closed once', async () => {
    const { compound } = site;
    const [unit] = await bench.rows(sql<{ path: string }>`select path from units where unit_id = ${VILLAGE}`);
    const of = { unit: unit?.path ?? '', date: '2026-03-02', zone: 'Asia/Shanghai' };
    const windows = ['08:00-09:00', '12:00-13:00'];
    const list = {
      compound,
      unit: `${of.unit}/${compound}-b3`,
      name: '视频巡逻',
      of: 'cameras' as const,
      windows,
      items: ['cam'],
    };
    const id = await bench.system((trx) => addList(trx, list, { author: officer, now: bench.now }));
    bench.clock.jumpWall(Date.parse('2026-03-02T08:30:00+08:00') - bench.clock.wall());
    const seen = [{ item: 'cam', state: 'remark' as const, note: '车辆浙G12345挡住消防门' }];
    const sign = () => bench.system((trx) => signRound(trx, { list: id, seen, account: officer }, bench.now));
    await sign();
    await expect(sign()).rejects.toMatchObject({ code: 'subject.conflict' });
    bench.clock.jumpWall(6 * HOUR_MS);
    await expect(sign()).rejects.toMatchObject({ code: 'patrol.not-now' });
    const [patrol] = await bench.system((trx) => patrolsOf(trx, {}, bench.now));
    expect(patrol?.rounds).toMatchObject([
      { state: 'signed', by: 'officer', seen: [{ note: '车辆〔***〕挡住消防门' }] },
      { state: 'missed', by: null },
    ]);
    const visit = { compound, place: 'gate', kind: 'sweep' as const, note: null };
    await bench.system((trx) => addVisit(trx, { visit, account: officer }, bench.now));
    const close = () => bench.system((trx) => closeDay(trx, { of, text: '今日巡访一处', account: officer }, bench.now));
    await close();
    await expect(close()).rejects.toMatchObject({ code: 'subject.conflict' });
    const day = await bench.system((trx) => dailyList(trx, of, bench.now));
    expect(day.summary).toMatchObject({
      by: 'officer',
      figures: { roundsSigned: 1, roundsMissed: 1, visits: 1, open: 6 },
    });
    expect(day.open.every(({ place }) => place === '东门')).toBe(true);
  });
});

test('what is reported of no place is the matter of the lowest unit that holds all places of the compound', async () => {
  const { incident } = await report({ place: null });
  const [seen] = await bench.system((trx) => incidentsById(trx, [incident]));
  expect(seen).toMatchObject({ place: null, unit: { path: `suxi/${VILLAGE}/${site.compound}-b3` } });
});

describe('care', () => {
  const look = () => raiseCare({ db: bench.db, clock: bench.clock, governance: bench.governance });
  const tasks = () => bench.system((trx) => openTasks(trx));

  it('raises a visit after two days without a meeting, ends with the consent, and is no alert', async () => {
    const alerts = await site.count('alerts');
    const consent = { compound: site.compound, place: 'gate', reference: '关爱-2026-007', days: 30, door: false };
    const parts = { governance: bench.governance, now: bench.now };
    const id = await bench.system((trx) => recordConsent(trx, { consent, account: member }, parts));
    bench.clock.jumpWall(47 * HOUR_MS);
    expect(await look()).toBe(0);
    bench.clock.jumpWall(HOUR_MS);
    expect(await Promise.all([look(), look()])).toContain(1);
    const [task] = await tasks();
    expect(task).toMatchObject({ place: '东门', attempts: 0 });
    const answer = (outcome: 'met' | 'not-met') =>
      bench.system((trx) => answerTask(trx, { id: task?.id ?? '', outcome, account: member }, bench.now));
    await answer('not-met');
    expect(await tasks()).toMatchObject([{ attempts: 1 }]);
    await answer('met');
    const met = bench.now;
    bench.clock.jumpWall(48 * HOUR_MS);
    expect(await look()).toBe(1);
    const away = { id: (await tasks())[0]?.id ?? '', outcome: 'away', account: member } as const;
    await bench.system((trx) => answerTask(trx, away, bench.now));
    bench.clock.jumpWall(47 * HOUR_MS);
    expect(await look()).toBe(0);
    bench.clock.jumpWall(HOUR_MS);
    expect(await look()).toBe(1);
    expect(await tasks()).toMatchObject([{ metAt: met }]);
    await bench.system((trx) => revokeConsent(trx, { id, account: member }, bench.now));
    bench.clock.jumpWall(96 * HOUR_MS);
    expect([await look(), await tasks(), await site.count('alerts')]).toEqual([0, [], alerts]);
  });

  it('asks the door of a home whether it was passed, where the household has agreed, and keeps no answer', async () => {
    const { compound, items } = site;
    const home = { compound, id: 'home', name: '3 号楼 201', kind: 'home', unit: `${compound}-b3` };
    await bench.system((trx) => createPlace(trx, home, bench.now));
    await site.send(
      'alarm',
      items.provision(bench.now, { op: 'device.upsert', device: 'lock', kind: 'panel', name: '201 门锁' }),
      items.provision(bench.now, { op: 'link.place', device: 'lock', place: 'home' }),
    );
    const pass = (device: string, key: string) =>
      site.send('record', items.event({ kind: 'access.granted', device, at: bench.now, key }));
    const agree = (place: string) => {
      const consent = { compound, place, reference: '关爱-2026-008', days: 30, door: true };
      const parts = { governance: bench.governance, now: bench.now };
      return bench.system((trx) => recordConsent(trx, { consent, account: member }, parts));
    };
    await expect(agree('gate')).rejects.toMatchObject({ code: 'input.invalid' });
    const id = await agree('home');
    const consent = () => bench.rows(sql`select * from care_consents where consent_id = ${id}`);
    const before = await consent();

    bench.clock.jumpWall(40 * HOUR_MS);
    await pass('lock', 'home at noon');
    bench.clock.jumpWall(47 * HOUR_MS);
    await pass('door', 'somebody at the gate');
    expect(await look()).toBe(0);
    bench.clock.jumpWall(HOUR_MS);
    expect(await look()).toBe(1);
    await pass('lock', 'home again');
    expect([await look(), await tasks()]).toEqual([1, []]);
    expect(await consent()).toEqual(before);

    bench.clock.jumpWall(48 * HOUR_MS);
    expect(await look()).toBe(1);
    await bench.system((trx) => revokeConsent(trx, { id, account: member }, bench.now));
    await pass('lock', 'not looked at');
    expect([await look(), await tasks()]).toEqual([0, []]);
  });
});
