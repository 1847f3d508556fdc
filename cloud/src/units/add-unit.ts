import { AnGridError } from '@angrid/contract';
import type { UnitForm } from '../schema-units.js';
import { checkCode, schemeOf } from './codes.js';
import { refusal } from './refusal.js';
import { formerCode, type Tree, type TreeChange, type TreeUnit, type UnitCode, unitsByName } from './tree.js';

/** A unit that is to stand below another one. */
export interface NewUnitFacts {
  readonly id: string;
  readonly parent: string;
  readonly kind: string;
  readonly name: string;
  readonly level: number | undefined;
  readonly form: UnitForm;
  readonly codes: readonly UnitCode[];
}

/**
 * Puts a new unit below another one. Pure; throws subject.not-found, units.refused for a level that is not below its
 * parent's, input.invalid for a code that its scheme does not know, subject.conflict for one that another unit has, or took over with a unit that was merged into it.
 */
export function addUnit(tree: Tree, { parent, level, codes, ...facts }: NewUnitFacts): TreeChange {
  const above = tree.units.find(({ id }) => id === parent);
  if (!above) throw new AnGridError('subject.not-found', { op: 'units.create', subject: parent });
  const unit: TreeUnit = {
    ...facts,
    parentId: parent,
    path: `${above.path}/${facts.id}`,
    level: level ?? above.level + 1,
    codes: codes.map((code) => checked(tree, code)),
    population: null,
    outline: null,
    outlineSource: null,
  };
  if (unit.level <= above.level) {
    const why = `level ${unit.level} is not below level ${above.level}`;
    throw refusal('units.create', [unit.name, above.name], why);
  }
  return { tree: tree.id, put: [{ unit, change: 'create' }], ended: [], paths: [], handed: [] };
}

function checked(tree: Tree, { scheme: id, value }: UnitCode): UnitCode {
  const scheme = schemeOf(id);
  const fault = scheme.id === id ? checkCode(scheme, value) : `the scheme ${id} is none`;
  if (fault) throw new AnGridError('input.invalid', { op: 'units.create', subject: value, detail: `code: ${fault}` });
  const code = scheme.canonical(value);
  const holder = unitsByName(tree.units).get(code);
  if (!holder) return { scheme: id, value: code };
  const detail = `the code is of ${formerCode(holder, code) ? 'a unit merged into ' : ''}${holder.name}`;
  throw new AnGridError('subject.conflict', { op: 'units.create', subject: code, detail });
}
