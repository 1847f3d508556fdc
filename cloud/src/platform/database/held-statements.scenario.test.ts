import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql, type Transaction } from 'kysely';
import { sampleMigrations, type SampleSchema } from '../../../testing/sample-migrations.js';
import { startTemporaryDatabase, type TemporaryDatabase } from '../../../testing/temporary-database.js';
import { send } from './held-statements.js';
import { withScope } from './scope.js';

const INSUFFICIENT_PRIVILEGE = { code: '42501' };
const east = { compounds: ['east'], units: 'all', actor: 'account-7' } as const;

let database: TemporaryDatabase<SampleSchema>;
beforeAll(async () => {
  database = await startTemporaryDatabase<SampleSchema>({ migrations: await sampleMigrations() });
}, 60_000);
afterAll(() => database.close());

describe('a statement that nobody waits for', () => {
  const entries = (): Promise<string[]> =>
    withScope(database.service, east, async (trx) => {
      const rows = await trx
        .selectFrom('entry')
        .select('text')
        .where('text', 'like', 'sent%')
        .orderBy('text')
        .execute();
      return rows.map(({ text }) => text);
    });
  const insert = (trx: Transaction<SampleSchema>, text: string, compound = 'east'): Promise<void> =>
    send(trx)`insert into entry (compound, text) values (${compound}, ${text})`;

  it('is seen by those that follow, and stays with the commit', async () => {
    const seen = await withScope(database.service, east, async (trx) => {
      await insert(trx, 'sent 1');
      await insert(trx, 'sent 2');
      const { rows } = await sql`select text from entry where text like 'sent%' order by text`.execute(trx);
      await insert(trx, 'sent 3');
      return rows;
    });
    expect(seen).toEqual([{ text: 'sent 1!' }, { text: 'sent 2!' }]);
    expect(await entries()).toEqual(['sent 1!', 'sent 2!', 'sent 3!']);
  });

  it.each([
    { first: 'by the next that is waited for', waits: true },
    { first: 'by the commit', waits: false },
  ])('and is refused fails the transaction with its own error, $first', async ({ waits }) => {
    const attempt = withScope(database.service, east, async (trx) => {
      await insert(trx, 'sent before');
      await insert(trx, 'sent outside', 'west');
      await insert(trx, 'sent after');
      if (waits) await trx.selectFrom('entry').select('text').execute();
    });
    await expect(attempt).rejects.toMatchObject(INSUFFICIENT_PRIVILEGE);
    expect(await entries()).not.toContain('sent before!');
  });

  it('and was refused leaves the error of the work as it is', async () => {
    const attempt = withScope(database.service, east, async (trx) => {
      await insert(trx, 'sent outside', 'west');
      throw new RangeError('of the work');
    });
    await expect(attempt).rejects.toThrow(RangeError);
    expect(await entries()).toHaveLength(3);
  });
});
