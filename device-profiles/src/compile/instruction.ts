import type { Profile } from '../format/profile.js';
import { topicsOf } from '../format/transport.js';
import { compileCondition } from './condition.js';
import { compileTemplate } from './template.js';
import { topicOf } from './topic.js';
import type { Scope } from './value.js';

/** What a device is told, ready to be sent. */
export interface Instruction {
  /** publish: over MQTT. poll: as the answer to the device's next request of this path. call: a request to the device. */
  readonly by: 'publish' | 'poll' | 'call';
  readonly topic: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly payload: string;
  /** Topic as which the answer to a call is read by the profile; undefined where it says nothing. */
  readonly answerTopic: string | undefined;
}

/** Fills an instruction with values; undefined where one that it needs is missing. */
export type InstructionMaker = (device: string, values: Readonly<Record<string, unknown>>) => Instruction | undefined;

/** How records are asked for again. */
export interface CompiledBackfill {
  readonly by: 'time' | 'sequence';
  readonly waitSeconds: number;
  readonly make: InstructionMaker;
  /** Of the parsed answer to a call: there is more to ask for. */
  readonly hasMore: (answer: unknown) => boolean;
}

type Told = Pick<NonNullable<Profile['backfill']>, 'to' | 'body'>;

export function compileInstruction(profile: Profile, { to, body }: Told): InstructionMaker {
  const down = profile.transport.down?.[to];
  if (down === undefined) return () => undefined;
  const template = compileTemplate(body);
  const up = down.answer === undefined ? undefined : profile.transport.up[down.answer];
  const answer = up === undefined ? undefined : topicsOf(up)[0];
  return (device, values) => {
    const payload = template({ body: values, device, captures: undefined });
    if (payload === undefined) return undefined;
    return {
      by: down.by ?? 'publish',
      topic: topicOf(down.topic, device),
      method: down.method ?? 'POST',
      payload,
      answerTopic: answer === undefined ? undefined : topicOf(answer, device),
    };
  };
}

export function compileBackfill(profile: Profile): CompiledBackfill | undefined {
  const { backfill } = profile;
  if (backfill === undefined) return undefined;
  const more = backfill.more === undefined ? undefined : compileCondition(backfill.more);
  return {
    by: backfill.by,
    waitSeconds: backfill.waitSeconds,
    make: compileInstruction(profile, backfill),
    hasMore: (answer) => more !== undefined && more(scopeOf(answer)),
  };
}

function scopeOf(body: unknown): Scope {
  return { body, device: '', captures: undefined };
}
