import type { UnitDetail, UnitPart } from '../../api/unit-types.js';
import type { Unit } from '../../api/types.js';

type Place = UnitPart['places'][number];

/** A place or a unit below that goes with one part or the other. */
export interface Divided {
  readonly key: string;
  readonly name: string;
  readonly child?: string;
  readonly place?: Place;
}

/** Units of the same tree, but for itself and what is below it. */
export function targetsOf(units: readonly Unit[], unit: Pick<UnitDetail, 'path' | 'tree'>): readonly Unit[] {
  return units.filter(
    ({ path }) => path.split('/')[0] === unit.tree && path !== unit.path && !path.startsWith(`${unit.path}/`),
  );
}

export function whatIsDivided(units: readonly Unit[], unit: UnitDetail): readonly Divided[] {
  const children = units.filter(({ parentId }) => parentId === unit.id);
  return [
    ...children.map(({ id, name }) => ({ key: `unit ${id}`, name, child: id })),
    ...unit.places.map(({ compound, place, name }) => ({
      key: `place ${compound}/${place}`,
      name,
      place: { compound, place },
    })),
  ];
}

export interface Division {
  readonly first: string;
  readonly second: string;
  /** Keys of what goes with the first part. */
  readonly mine: readonly string[];
}

/** Each thing goes with exactly one of two parts. */
export function partsOf(things: readonly Divided[], { first, second, mine }: Division): readonly UnitPart[] {
  const part = (name: string, own: readonly Divided[]): UnitPart => ({
    name: name.trim(),
    children: own.flatMap(({ child }) => child ?? []),
    places: own.flatMap(({ place }) => place ?? []),
  });
  return [
    part(
      first,
      things.filter(({ key }) => mine.includes(key)),
    ),
    part(
      second,
      things.filter(({ key }) => !mine.includes(key)),
    ),
  ];
}
