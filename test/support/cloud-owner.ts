import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

/** The owner of the database of a cloud in `data`: past every scope. */
export async function openCloudOwner(data: string): Promise<pg.Client> {
  const folder = join(data, 'postgres');
  const password = (await readFile(join(folder, 'owner.password'), 'utf8')).trim();
  const owner = new pg.Client({ host: join(folder, 'data'), database: 'angrid', user: 'angrid_owner', password });
  owner.on('error', () => undefined);
  await owner.connect();
  return owner;
}
