import { createHash } from 'node:crypto';
import type { DedupRule } from '../format/message.js';
import type { DeviceMoment } from '../payload/moment.js';
import type { ProfileDedup } from './reading.js';
import { compileText, type Scope } from './value.js';

export type DedupReader = (scope: Scope, moment: DeviceMoment | undefined) => ProfileDedup | undefined;

type Part = (scope: Scope, moment: DeviceMoment | undefined) => string | undefined;

const RAW: ProfileDedup = { rule: 'raw', key: undefined };
const SEPARATOR = '|';
const PART_LENGTH = 56;

/** The first rule whose fields are all there; undefined where none is. */
export function compileDedup(rules: readonly DedupRule[]): DedupReader {
  const readers = rules.map(compileRule);
  const [only] = readers;
  if (readers.length === 1 && only !== undefined) return only;
  return (scope, moment) => {
    for (const read of readers) {
      const dedup = read(scope, moment);
      if (dedup !== undefined) return dedup;
    }
    return undefined;
  };
}

function compileRule(rule: DedupRule): DedupReader {
  switch (rule.rule) {
    case 'raw':
      return (scope) => (scope.item === undefined ? RAW : { rule: 'raw', key: hash(JSON.stringify(scope.item)) });
    case 'receipt':
      return () => RAW;
    case 'vendor-record':
      return withKey(rule.rule, rule.key);
    case 'device-sequence':
      return withKey(rule.rule, [rule.epoch, rule.sequence]);
  }
}

function withKey(rule: ProfileDedup['rule'], paths: readonly (string | readonly string[])[]): DedupReader {
  const parts = paths.map(compilePart);
  return (scope, moment) => {
    const key = joinParts(parts, scope, moment);
    return key === undefined ? undefined : { rule, key };
  };
}

function compilePart(path: string | readonly string[]): Part {
  return path === '$time' ? (_scope, moment) => moment?.ms.toString() : compileText(path);
}

function joinParts(parts: readonly Part[], scope: Scope, moment: DeviceMoment | undefined): string | undefined {
  let key = '';
  for (const [index, part] of parts.entries()) {
    const text = part(scope, moment);
    if (text === undefined) return undefined;
    key += index === 0 ? plain(text) : SEPARATOR + plain(text);
  }
  return key;
}

/** A part that is too long, or that could be taken for two, goes in as its hash. */
function plain(text: string): string {
  if (text.length <= PART_LENGTH && !text.includes(SEPARATOR)) return text;
  return hash(text).slice(0, 40);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
