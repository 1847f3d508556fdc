import type { Comparison, Condition } from '../format/condition.js';
import { booleanOf, compilePath, hasBits, hasWord, isThere, numberOf, type Scope, textOf } from './value.js';

export type Predicate = (scope: Scope) => boolean;

export function compileCondition(condition: Condition): Predicate {
  const tests = condition.map((test) =>
    'any' in test ? anyOf(test.any.map(compileComparison)) : compileComparison(test),
  );
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : allOf(tests);
}

export function compileOptional(condition: Condition | undefined): Predicate | undefined {
  return condition === undefined ? undefined : compileCondition(condition);
}

function allOf(tests: readonly Predicate[]): Predicate {
  return (scope) => tests.every((test) => test(scope));
}

function anyOf(tests: readonly Predicate[]): Predicate {
  return (scope) => tests.some((test) => test(scope));
}

function compileComparison(comparison: Comparison): Predicate {
  const holds = compileOperator(comparison);
  return comparison.not === true ? (scope) => !holds(scope) : holds;
}

function compileOperator(comparison: Comparison): Predicate {
  const get = compilePath(comparison.path);
  const { equals, is, present, atLeast, below, bits } = comparison;
  if (equals !== undefined) {
    const expected = String(equals);
    return (scope) => textOf(get(scope)) === expected;
  }
  if (comparison.in !== undefined) {
    const expected = new Set<string | undefined>(comparison.in.map(String));
    return (scope) => expected.has(textOf(get(scope)));
  }
  if (is !== undefined) return (scope) => booleanOf(get(scope)) === is;
  if (present !== undefined) return (scope) => isThere(get(scope)) === present;
  if (atLeast !== undefined) return (scope) => (numberOf(get(scope)) ?? -Infinity) >= atLeast;
  if (below !== undefined) return (scope) => (numberOf(get(scope)) ?? Infinity) < below;
  if (comparison.hasWord !== undefined) {
    const words = new Set(comparison.hasWord.map((word) => word.toLowerCase()));
    return (scope) => hasWord(get(scope), words);
  }
  if (bits !== undefined) return (scope) => hasBits(get(scope), bits);
  return () => false;
}
