import type { EventKind } from '@angrid/contract';
import type { State } from '../format/message.js';
import type { Attributes } from './attributes.js';
import { compileCondition, compileOptional } from './condition.js';
import type { Shared } from './emit.js';
import type { Outcome } from './reading.js';
import { channelOf } from './token.js';
import { booleanOf, compilePaths, hasBits, isThere, type Scope, type TextGetter, textOf } from './value.js';

/** An event, as far as its emit alone says what it is. */
export interface Told {
  readonly kind: EventKind;
  readonly code: string | undefined;
  /** Where it is not what the emit's own channel says. */
  readonly channel?: string | undefined;
  readonly set?: Attributes | undefined;
  readonly edge?: EventKind | undefined;
  readonly edgeOverAfterSeconds?: number | undefined;
}

export type Teller = (scope: Scope, shared: Shared, outcome: Outcome) => Told | readonly Told[] | undefined;

/** One state of one door: undefined where the value does not say. */
interface Truth {
  readonly door: string | undefined;
  readonly value: boolean | undefined;
}

/** A state that begins and ends, of one door or of each of several. */
export function compileState(state: State, channel: TextGetter | undefined): Teller {
  const tell = compileOne(state);
  const { doors } = state;
  if (doors === undefined) {
    const value = compileTruth(state);
    return (scope, shared, outcome) =>
      tell({ door: channelOf(channel?.(scope)), value: value(scope) }, { scope, shared, outcome });
  }
  const read = compileDoors(state, doors);
  return (scope, shared, outcome) => {
    const told: Told[] = [];
    for (const truth of read(scope)) {
      const one = tell(truth, { scope, shared, outcome });
      if (one !== undefined) told.push({ ...one, channel: truth.door });
    }
    return told;
  };
}

interface From {
  readonly scope: Scope;
  readonly shared: Shared;
  readonly outcome: Outcome;
}

function compileOne(state: State): (truth: Truth, from: From) => Told | undefined {
  const initial = compileOptional(state.initial);
  const over = compileOptional(state.over);
  const edge = state.edge === undefined ? undefined : state.begins;
  const edgeOverAfterSeconds = typeof state.edge === 'object' ? state.edge.overAfterSeconds : undefined;
  return ({ door, value }, { scope, shared, outcome }) => {
    const isOver = over?.(scope) === true;
    if (value === undefined && !isOver) {
      outcome.unknown = true;
      return undefined;
    }
    const active = !isOver && value !== (state.invert === true);
    const kind = active ? state.begins : state.ends;
    if (kind === undefined || initial?.(scope) === true) {
      // What is late says nothing of the present.
      if (!shared.late) outcome.states.push({ kind: state.begins, channel: door, active });
      return undefined;
    }
    return { kind, code: shared.discriminator, edge, edgeOverAfterSeconds };
  };
}

function compileTruth({ path = [], holds, bits }: State): (scope: Scope) => boolean | undefined {
  if (holds !== undefined) return compileCondition(holds);
  const get = compilePaths(path);
  if (bits === undefined) return (scope) => booleanOf(get(scope));
  return (scope) => {
    const value = get(scope);
    return isThere(value) ? hasBits(value, bits) : undefined;
  };
}

const HEX = /^(?:[0-9A-Fa-f]{2}){1,32}$/;
const UNREADABLE: readonly Truth[] = [{ door: undefined, value: undefined }];

/** `0200`: door 1 has the lowest bits of the first byte. Doors behind the last digit are not there. */
function compileDoors({ path = [], bits = 0 }: State, doors: NonNullable<State['doors']>) {
  const get = compilePaths(path);
  const { count, width, known } = doors;
  return (scope: Scope): readonly Truth[] => {
    const text = textOf(get(scope));
    if (text === undefined || !HEX.test(text)) return UNREADABLE;
    const bytes = Buffer.from(text, 'hex');
    const found: Truth[] = [];
    for (let index = 0; index < count && index * width < bytes.length * 8; index += 1) {
      const byte = bytes[(index * width) >> 3] ?? 0;
      const value = (byte >> ((index * width) & 7)) & ((1 << width) - 1);
      if (known !== undefined && (value & known) === 0) continue;
      found.push({ door: String(index + 1), value: (value & bits) !== 0 });
    }
    return found;
  };
}
