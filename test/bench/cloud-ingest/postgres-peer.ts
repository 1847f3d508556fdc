import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

interface Column {
  readonly name: string;
  readonly type: string;
}

/** Rows of one table, as text; a batch of them is one parameter a column. */
interface Copied {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | null)[])[];
}

const SCHEMA = 'bench_peer';

/**
 * PostgreSQL by itself: the rows that the cloud has written since `mark`, put into tables of the same columns and
 * indexes, by multi-row inserts, one transaction a batch. Without row level security, foreign keys and triggers, and
 * without the updates that the cloud makes: it does less.
 */
export class PostgresPeer {
  private marks = new Map<string, ReadonlySet<string>>();

  private constructor(
    private readonly owner: pg.Client,
    private readonly place: pg.ClientConfig,
    private readonly tables: readonly string[],
  ) {}

  static async open(data: string): Promise<PostgresPeer> {
    const folder = join(data, 'postgres');
    const password = (await readFile(join(folder, 'owner.password'), 'utf8')).trim();
    const place = { host: join(folder, 'data'), database: 'angrid', user: 'angrid_owner', password };
    const owner = new pg.Client(place);
    await owner.connect();
    const { rows } = await owner.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
    );
    return new PostgresPeer(
      owner,
      place,
      rows.map(({ name }) => name),
    );
  }

  /** Remembers which rows are there now. */
  async mark(): Promise<void> {
    for (const table of this.tables) this.marks.set(table, new Set(await this.addresses(table)));
  }

  /** How many rows each table has more than at the mark. */
  async grown(): Promise<ReadonlyMap<string, number>> {
    const grown = new Map<string, number>();
    for (const table of this.tables) {
      const more = (await this.addresses(table)).length - (this.marks.get(table)?.size ?? 0);
      if (more > 0) grown.set(table, more);
    }
    return grown;
  }

  /** Rows a second, with as many batches and connections as the cloud had. */
  async insert(batches: number, connections: number): Promise<{ readonly rows: number; readonly seconds: number }> {
    const copies = await this.prepare();
    const clients = await Promise.all(Array.from({ length: connections }, () => this.connect()));
    let batch = 0;
    const started = performance.now();
    const work = async (client: pg.Client): Promise<void> => {
      for (let mine = batch++; mine < batches; mine = batch++) await insertBatch(client, copies, { mine, batches });
    };
    await Promise.all(clients.map(work));
    const seconds = (performance.now() - started) / 1000;
    for (const client of clients) await client.end();
    return { rows: copies.reduce((sum, { rows }) => sum + rows.length, 0), seconds };
  }

  async close(): Promise<void> {
    await this.owner.query(`drop schema if exists ${SCHEMA} cascade`);
    await this.owner.end();
  }

  /** The physical place of each row: those that were there before do not count, whatever was done to them since. */
  private async addresses(table: string): Promise<string[]> {
    const key = await this.keyOf(table);
    const { rows } = await this.owner.query<{ key: string }>(`select row(${key})::text as key from ${table}`);
    return rows.map((row) => row.key);
  }

  private async keyOf(table: string): Promise<string> {
    const { rows } = await this.owner.query<{ name: string }>(
      `select quote_ident(a.attname) as name from pg_index i
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
       where i.indrelid = $1::regclass and i.indisprimary order by a.attnum`,
      [table],
    );
    return rows.length === 0 ? 'ctid' : rows.map(({ name }) => name).join(', ');
  }

  private async prepare(): Promise<readonly Copied[]> {
    await this.owner.query(`drop schema if exists ${SCHEMA} cascade; create schema ${SCHEMA}`);
    const copies: Copied[] = [];
    for (const table of (await this.grown()).keys()) {
      await this.owner.query(`create table ${SCHEMA}.${table} (like public.${table} including all)`);
      copies.push(await this.copy(table));
    }
    return copies;
  }

  private async copy(table: string): Promise<Copied> {
    const { rows: columns } = await this.owner.query<Column>(
      `select quote_ident(attname) as name, format_type(atttypid, atttypmod) as type from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
      [table],
    );
    const key = await this.keyOf(table);
    const texts = columns.map(({ name }) => `${name}::text`).join(', ');
    const { rows } = await this.owner.query<(string | null)[]>({
      text: `select row(${key})::text, ${texts} from ${table}`,
      rowMode: 'array',
    });
    const before = this.marks.get(table) ?? new Set();
    return { table, columns, rows: rows.filter(([at]) => !before.has(at ?? '')).map(([, ...values]) => values) };
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client(this.place);
    await client.connect();
    return client;
  }
}

async function insertBatch(
  client: pg.Client,
  copies: readonly Copied[],
  { mine, batches }: { readonly mine: number; readonly batches: number },
): Promise<void> {
  await client.query('begin');
  for (const { table, columns, rows } of copies) {
    const part = rows.slice(
      Math.floor((mine * rows.length) / batches),
      Math.floor(((mine + 1) * rows.length) / batches),
    );
    if (part.length === 0) continue;
    await client.query({
      name: table,
      text: `insert into ${SCHEMA}.${table} (${columns.map(({ name }) => name).join(', ')}) overriding system value
        select ${columns.map(({ type }, index) => `c${index}::${type}`).join(', ')}
        from unnest(${columns.map((_, index) => `$${index + 1}::text[]`).join(', ')})
          as rows (${columns.map((_, index) => `c${index}`).join(', ')}) on conflict do nothing`,
      values: columns.map((_, index) => part.map((row) => row[index] ?? null)),
    });
  }
  await client.query('commit');
}
