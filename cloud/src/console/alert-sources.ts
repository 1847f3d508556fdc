import { type RawBuilder, sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { AlertView } from './shapes.js';

/** Ids of what an alert comes from. */
export interface Origin {
  readonly compound: string;
  readonly device: string;
  readonly place: string | null;
}

export type Source = Pick<AlertView, 'compound' | 'device' | 'place' | 'cameras'>;

/** The names of what alerts come from: many come from the same device. Undefined: the scope does not hold its compound. */
export async function sourcesOf(
  trx: CloudTransaction,
  origins: readonly Origin[],
): Promise<(origin: Origin) => Source | undefined> {
  const wanted = new Map(origins.map((origin) => [keyOf(origin), origin]));
  if (wanted.size === 0) return () => undefined;
  const { rows } = await sql<Source & { readonly key: string }>`
    select o.key,
      json_build_object('id', o.device, 'name', coalesce(d.name, g.name, o.device), 'kind', coalesce(d.kind, 'sensor'))
        as device,
      case when o.place is not null then json_build_object('id', o.place, 'name', coalesce(p.name, o.place)) end as place,
      json_build_object('id', o.compound, 'name', c.name) as compound,
      coalesce((
        select json_agg(json_build_object('id', camera.device_id, 'name', camera.name) order by camera.name)
        from camera_links l
        join devices camera on camera.compound_id = l.compound_id and camera.device_id = l.camera_id
        where l.compound_id = o.compound and l.door_id = o.device), '[]') as cameras
    from unnest(${[...wanted.keys()]}::text[], ${columnOf(wanted, 'compound')}, ${columnOf(wanted, 'device')},
      ${columnOf(wanted, 'place')}) o (key, compound, device, place)
    join compounds c on c.compound_id = o.compound
    left join devices d on d.compound_id = o.compound and d.device_id = o.device
    left join gateways g on g.compound_id = o.compound and g.gateway_id = o.device
    left join places p on p.compound_id = o.compound and p.place_id = o.place`.execute(trx);
  const sources = new Map(
    rows.map(({ key, device, place, compound, cameras }) => [key, { device, place, compound, cameras }]),
  );
  return (origin) => sources.get(keyOf(origin));
}

function columnOf(origins: ReadonlyMap<string, Origin>, name: keyof Origin): RawBuilder<unknown> {
  return sql`${[...origins.values()].map((origin) => origin[name])}::text[]`;
}

function keyOf({ compound, device, place }: Origin): string {
  return `${compound}/${device}/${place ?? ''}`;
}
