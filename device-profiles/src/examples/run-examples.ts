import { AnGridError } from '@angrid/contract';
import { isDeepStrictEqual } from 'node:util';
import type { CompiledProfile } from '../compile/profile.js';
import type { Example } from '../format/example.js';
import { malformedReason } from '../payload/malformed.js';
import { type Expectation, viewOf } from './view.js';

export const EXAMPLE_DEVICE = 'example';

export interface ExampleResult {
  readonly says: Example['says'];
  readonly passed: boolean;
  readonly expected: Expectation;
  readonly actual: Expectation;
}

export interface ExampleReport {
  readonly profile: string;
  readonly passed: boolean;
  readonly results: readonly ExampleResult[];
}

/** Runs every example of a profile; an example passes only where all that comes out is what it says. */
export function runExamples(profile: CompiledProfile): ExampleReport {
  const results = profile.source.examples.map((example) => runExample(profile, example));
  return { profile: profile.label, passed: results.every((result) => result.passed), results };
}

function runExample(profile: CompiledProfile, example: Example): ExampleResult {
  const actual = readExample(profile, example);
  return { says: example.says, passed: isDeepStrictEqual(actual, example.expect), expected: example.expect, actual };
}

/** What a profile makes of the message of an example. */
export function readExample(profile: CompiledProfile, example: Omit<Example, 'expect'>): Expectation {
  const device = example.device ?? EXAMPLE_DEVICE;
  const body = Buffer.from(example.raw ?? JSON.stringify(example.body));
  try {
    const reading = profile.read({ topic: example.topic.replace('{device}', device), body, device });
    return viewOf(reading, { age: example.age ?? 0, last: example.last });
  } catch (error) {
    if (error instanceof AnGridError && error.code === 'profile.malformed-payload')
      return { error: malformedReason(error) };
    throw error;
  }
}
