import { describe, expect, it } from '@jest/globals';
import { Secret, VirtualClock } from '@angrid/runtime';
import { SealingBox } from '../channels/sealing.js';
import type { CloudDatabase } from '../database.js';
import { EvidenceFiles } from '../evidence/evidence-files.js';
import type { Governance } from '../playbooks/governance.js';
import { ReportDesk } from './report-desk.js';

/** Says where it was reached: nothing of a database is needed to be turned away. */
const REACHED = new Error('reached the database');
const db = {
  service: {
    transaction: () => {
      throw REACHED;
    },
  },
} as unknown as CloudDatabase;

function openDesk() {
  const clock = new VirtualClock('2026-03-01T02:00:00Z');
  const box = new SealingBox(new Secret('a key of thirty-two characters!!'));
  const governance = {} as Governance;
  const desk = new ReportDesk({ db, clock, box, governance, files: new EvidenceFiles('nowhere') });
  const draft = {
    category: 'hazard',
    place: null,
    text: '灯坏了，楼道很黑',
    wantsCode: false,
    reporter: null,
  } as const;
  const outcome = (work: Promise<unknown>) => work.catch((error: Error & { code?: string }) => error.code ?? error);
  return {
    clock,
    file: (sender: string) => outcome(desk.file({ ...draft, compound: 'c1' }, sender)),
    upload: (address: string) => outcome(desk.expectPicture({ compound: 'c1', token: 'x' }, address)),
    ask: (address: string) => outcome(desk.standing('AAAA-BBBB-CCCC', address)),
  };
}

describe('the desk that takes reports', () => {
  it('takes five at once from one sender and then one in two minutes, and the others all the same', async () => {
    const { clock, file } = openDesk();
    for (let count = 0; count < 5; count += 1) expect(await file('192.0.2.1')).toBe(REACHED);
    expect(await file('192.0.2.1')).toBe('report.too-many');
    expect(await file('192.0.2.2')).toBe(REACHED);
    await clock.advance(120_000);
    expect([await file('192.0.2.1'), await file('192.0.2.1')]).toEqual([REACHED, 'report.too-many']);
  });

  it('lets nobody try out the tokens of pictures', async () => {
    const { upload } = openDesk();
    for (let count = 0; count < 10; count += 1) expect(await upload('192.0.2.1')).toBe(REACHED);
    expect([await upload('192.0.2.1'), await upload('192.0.2.2')]).toEqual(['report.too-many', REACHED]);
  });

  it('lets nobody try out codes', async () => {
    const { ask } = openDesk();
    for (let count = 0; count < 10; count += 1) expect(await ask('192.0.2.1')).toBe(REACHED);
    expect(await ask('192.0.2.1')).toBe('report.too-many');
  });
});
