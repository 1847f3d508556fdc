import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runSource, type SourceProcess } from '../testing/source-process.js';
import { startTemporaryDatabase, type TemporaryDatabase } from '../testing/temporary-database.js';
import type { Database } from './schema.js';

let folder: string;
let database: TemporaryDatabase<Database>;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'angrid-commands-'));
  database = await startTemporaryDatabase<Database>();
  environment = {
    PATH: process.env['PATH'] ?? '',
    LANG: 'en_GB.UTF-8',
    DATABASE_URL: database.url.reveal(),
    ANGRID_CLOUD_DATA: path.join(folder, 'data'),
    ANGRID_CLOUD_LISTEN_HTTPS: '127.0.0.1:0',
    ANGRID_CLOUD_LISTEN_LOCAL: '127.0.0.1:0',
  };
}, 120_000);
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (...words: readonly string[]): SourceProcess =>
  runSource(new URL('./main.ts', import.meta.url), words, { env: environment });

/** The first line that fits. */
async function lineOf(program: SourceProcess, fits: (line: string) => boolean): Promise<string> {
  for (;;) {
    const line = await program.nextLine();
    if (fits(line)) return line;
  }
}

describe('the cloud program', () => {
  it('prints where the first administrator begins, serves, and ends in peace', async () => {
    const cloud = run('serve');
    const ready = JSON.parse(await lineOf(cloud, (line) => line.includes('the cloud is ready'))) as {
      localUrl: string;
    };
    const [, link = ''] = /\/setup#(\S+)$/.exec(await lineOf(cloud, (line) => line.includes('/setup#'))) ?? [];
    const offered = await fetch(`${ready.localUrl}/api/setup/${link}`);
    expect(await offered.json()).toEqual({ login: 'administrator', kind: 'first' });
    cloud.child.kill('SIGTERM');
    expect(await cloud.ended).toBe(0);
  }, 120_000);

  it('gives a new link to who is locked out, and says so where there is no such login', async () => {
    const known = run('link', 'administrator');
    expect(await known.nextLine()).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/setup#[\w-]{43}$/);
    expect(await known.ended).toBe(0);
    const unknown = run('link', 'nobody');
    await expect(unknown.nextLine()).rejects.toThrow('subject.not-found: There is no such thing');
    expect(await unknown.ended).toBe(4);
  }, 120_000);

  it('takes a backup into a new folder', async () => {
    const backup = path.join(folder, 'backup');
    const taking = run('backup', backup);
    expect(await taking.nextLine()).toBe(backup);
    expect(await taking.ended).toBe(0);
    expect(await readFile(path.join(backup, 'database', 'manifest.json'), 'utf8')).toContain('public.events');
    const again = run('backup', backup);
    await expect(again.nextLine()).rejects.toThrow('backup.target-not-empty');
    expect(await again.ended).toBe(5);
  }, 120_000);

  it('takes away the second factor of who has lost the phone, on record', async () => {
    const { service } = database;
    const row = await service.selectFrom('accounts').select('account_id').executeTakeFirstOrThrow();
    await service
      .insertInto('second_factors')
      .values({ ...row, sealed: Buffer.from('x'), confirmed_at: new Date() })
      .execute();
    const removing = run('factor', 'remove', 'administrator');
    expect([await removing.nextLine(), await removing.ended]).toEqual(['ok', 0]);
    expect(await service.selectFrom('second_factors').selectAll().execute()).toEqual([]);
    const kept = service
      .selectFrom('audit_log')
      .select(['actor', 'subject'])
      .where('action', '=', 'second-factor.remove');
    expect(await kept.execute()).toEqual([{ actor: 'command line', subject: row.account_id }]);
  }, 120_000);

  it('says that the audit log is whole and what its root is, and misses a root that it never had', async () => {
    const verifying = run('audit', 'verify');
    const line = await verifying.nextLine();
    expect(line).toMatch(/^ok: [1-9]\d*:[0-9a-f]{64}$/);
    const root = line.slice('ok: '.length);
    const again = run('audit', 'verify', '--root', root, '--root', `9${root}`);
    await expect(again.nextLine()).rejects.toThrow('audit.root-lost');
    expect(await again.ended).toBe(5);
  }, 120_000);

  it('refuses what it does not know, with the nearest that it does', async () => {
    await writeFile(path.join(folder, 'cloud.yaml'), 'gatewaySilense: 30s\n');
    const mistaken = run('config', 'validate', '--config', path.join(folder, 'cloud.yaml'));
    await expect(mistaken.nextLine()).rejects.toThrow('gatewaySilence');
    expect(await mistaken.ended).toBe(2);
    const nonsense = run('dance');
    await expect(nonsense.nextLine()).rejects.toThrow('angrid-cloud [--config FILE] COMMAND');
    expect(await nonsense.ended).toBe(2);
  }, 120_000);
});
