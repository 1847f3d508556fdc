import type { CodeEntry, Emit } from '../format/message.js';
import type { Profile } from '../format/profile.js';
import type { DeviceMoment } from '../payload/moment.js';
import { type AttributeReader, compileAttributes } from './attributes.js';
import { compileOptional } from './condition.js';
import { addDrop, type Burst, type Outcome, type ProfileDedup } from './reading.js';
import { compileState, type Teller, type Told } from './state.js';
import { channelOf } from './token.js';
import { compileText, type Scope, type TextGetter } from './value.js';

/** What all events of one message share. */
export interface Shared {
  readonly dedup: ProfileDedup;
  readonly moment: DeviceMoment | undefined;
  readonly late: boolean;
  readonly lateAfterSeconds: number | undefined;
  readonly burst: Burst | undefined;
  readonly sequence: number | undefined;
  readonly previous: number | undefined;
  readonly count: string | undefined;
  readonly credential: string | undefined;
  readonly discriminator: string | undefined;
}

/** Adds its event, or says why there is none. */
export type Emitter = (scope: Scope, shared: Shared, outcome: Outcome) => void;

interface Parts {
  readonly channel: TextGetter | undefined;
  readonly attributes: AttributeReader | undefined;
}

/** An unread value counts as unknown: the message is kept raw, and no event is invented. */
export function compileEmit(emit: Emit, profile: Profile, channel: string | readonly string[] | undefined): Emitter {
  const when = compileOptional(emit.when);
  const paths = emit.channel ?? channel;
  const parts: Parts = {
    channel: paths === undefined ? undefined : compileText(paths),
    attributes: compileAttributes(emit, profile.values),
  };
  const tell = compileTeller(emit, profile, parts);
  return (scope, shared, outcome) => {
    if (when !== undefined && !when(scope)) return;
    const told = tell(scope, shared, outcome);
    if (told === undefined) return;
    if (!isList(told)) return addEvent(told, parts, { scope, shared, outcome });
    for (const one of told) addEvent(one, parts, { scope, shared, outcome });
  };
}

function isList(told: Told | readonly Told[]): told is readonly Told[] {
  return Array.isArray(told);
}

function compileTeller(emit: Emit, profile: Profile, parts: Parts): Teller {
  if (emit.state !== undefined) return compileState(emit.state, parts.channel);
  if (emit.code !== undefined) return tellCode(emit.code, profile.codes?.[emit.codes ?? ''] ?? {});
  const { kind } = emit;
  return kind === undefined ? () => undefined : (_scope, shared) => ({ kind, code: shared.discriminator });
}

function addEvent(told: Told, parts: Parts, from: { scope: Scope; shared: Shared; outcome: Outcome }): void {
  const { scope, shared, outcome } = from;
  const kept = parts.attributes?.(scope, outcome);
  outcome.events.push({
    kind: told.kind,
    position: outcome.events.length - outcome.first,
    channel: told.channel ?? channelOf(parts.channel?.(scope)),
    code: told.code,
    dedup: shared.dedup,
    moment: shared.moment,
    late: shared.late,
    lateAfterSeconds: shared.lateAfterSeconds,
    burst: shared.burst,
    edge: told.edge,
    edgeOverAfterSeconds: told.edgeOverAfterSeconds,
    sequence: shared.sequence,
    previous: shared.previous,
    count: shared.count,
    attributes: told.set === undefined ? kept : { ...told.set, ...kept },
    credential: shared.credential,
  });
}

function tellCode(paths: readonly (string | readonly string[])[], table: Readonly<Record<string, CodeEntry>>): Teller {
  const known = new Map(Object.entries(table));
  const parts = paths.map((path) => compileText(path));
  return (scope, _shared, outcome) => {
    const code = parts.map((part) => part(scope) ?? '').join('/');
    const entry = known.get(code);
    if (entry === undefined) {
      outcome.unknown = true;
      return undefined;
    }
    if (typeof entry === 'string') return { kind: entry, code };
    if ('kind' in entry) return { kind: entry.kind, code, set: entry.set };
    addDrop(outcome, entry.ignore, 1);
    return undefined;
  };
}
