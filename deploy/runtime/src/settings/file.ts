import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import type { Localized } from '@angrid/contract';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit, type YAMLMap } from 'yaml';
import { errnoOf } from './errno.js';
import type { Found } from './found.js';
import { leavesOf } from './leaf.js';
import type { Mistake } from './mistake.js';
import { nearest } from './nearest.js';
import type { Members, Schema } from './schema.js';
import type { Written } from './setting-type.js';

const MOST_BYTES = 64 * 1024;

interface Reading {
  readonly schema: Schema;
  readonly found: Map<string, Found>;
  readonly mistakes: Mistake[];
  /** `gateway.yaml:7`, the line where a node begins. */
  at(node: Node): string;
}

/**
 * What a YAML file says, by key. Every scalar is taken as text, so that the type of its setting alone decides what it
 * means. Files over 64 KB, aliases, tags and duplicate keys are refused.
 */
export function readFile(schema: Schema, file: string): { found: Map<string, Found>; mistakes: Mistake[] } {
  const found = new Map<string, Found>();
  const mistakes: Mistake[] = [];
  const content = contentOf(file);
  if (typeof content !== 'string') return { found, mistakes: [content] };

  const lines = new LineCounter();
  const document = parseDocument(content, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  });
  const lineOf = (offset: number): string => `${basename(file)}:${Math.max(1, lines.linePos(offset).line)}`;
  for (const problem of [...document.errors, ...document.warnings]) {
    mistakes.push({ code: 'config.unreadable', where: lineOf(problem.pos[0]), reason: syntaxReason(problem) });
  }
  visit(document, {
    Alias: (_, node) => {
      mistakes.push({ code: 'config.unreadable', where: lineOf(node.range?.[0] ?? 0), reason: NO_ALIAS });
      return visit.BREAK;
    },
  });
  if (mistakes.length > 0) return { found, mistakes };

  const reading: Reading = { schema, found, mistakes, at: (node) => lineOf(node.range?.[0] ?? 0) };
  readGroup(reading, { members: schema.members, node: document.contents, path: [] });
  return { found, mistakes };
}

interface GroupAt {
  readonly members: Members;
  readonly node: Node | null;
  readonly path: readonly string[];
}

function readGroup(reading: Reading, { members, node, path }: GroupAt): void {
  if (node === null || isEmpty(node)) return;
  if (!isMap(node)) {
    const where = [reading.at(node), ...(path.length > 0 ? [path.join('.')] : [])].join(' ');
    reading.mistakes.push({ code: 'config.invalid-value', where, reason: NOT_A_GROUP });
    return;
  }
  for (const { key, value, keyNode } of pairsOf(node)) {
    const here = [...path, key];
    const member = Object.hasOwn(members, key) ? members[key] : undefined;
    if (member === undefined) reading.mistakes.push(unknownKey(reading, keyNode, here));
    else if (member.is === 'group') readGroup(reading, { members: member.members, node: value, path: here });
    else readValue(reading, { node: value, keyNode, path: here });
  }
}

interface ValueAt {
  readonly node: Node | null;
  readonly keyNode: Node;
  readonly path: readonly string[];
}

function readValue({ found, mistakes, at }: Reading, { node, keyNode, path }: ValueAt): void {
  const key = path.join('.');
  const where = `${at(keyNode)} ${key}`;
  const written = writtenIn(node);
  if (written === undefined) {
    mistakes.push({ code: 'config.invalid-value', where, reason: isMap(node) ? HAS_KEYS : NO_VALUE });
    return;
  }
  found.set(key, { written, where });
}

function writtenIn(node: Node | null): Written | undefined {
  if (node === null || isEmpty(node)) return undefined;
  if (isScalar(node)) return String(node.value);
  if (!isSeq(node)) return undefined;
  const texts: string[] = [];
  for (const item of node.items) {
    if (!isScalar(item) || isEmpty(item)) return undefined;
    texts.push(String(item.value));
  }
  return texts;
}

function* pairsOf(map: YAMLMap): Generator<{ key: string; keyNode: Node; value: Node | null }> {
  for (const { key, value } of map.items as { key: Node; value: Node | null }[]) {
    yield { key: isScalar(key) ? String(key.value) : String(key), keyNode: key, value };
  }
}

/** `key:` and `key: ~`. */
function isEmpty(node: Node): boolean {
  return isScalar(node) && node.type === 'PLAIN' && (node.value === '' || node.value === '~' || node.value === 'null');
}

function unknownKey({ schema, at }: Reading, node: Node, path: readonly string[]): Mistake {
  const key = path.join('.');
  const known = nearest(key, knownKeys(schema));
  const reason = {
    'zh-CN': `未知的键，最接近的是 ${known ?? ''}`,
    en: `there is no such key; the nearest is ${known ?? ''}`,
  };
  return { code: 'config.unknown-key', where: `${at(node)} ${key}`, reason };
}

function* knownKeys(schema: Schema): Generator<string> {
  const groups = new Set<string>();
  for (const { path, key } of leavesOf(schema)) {
    for (let depth = 1; depth < path.length; depth += 1) groups.add(path.slice(0, depth).join('.'));
    yield key;
  }
  yield* groups;
}

function contentOf(file: string): string | Mistake {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    if (fstatSync(descriptor).size > MOST_BYTES) return unreadable(file, TOO_LARGE);
    const content = Buffer.alloc(MOST_BYTES);
    const length = readSync(descriptor, content);
    return isUtf8(content.subarray(0, length)) ? content.toString('utf8', 0, length) : unreadable(file, NO_TEXT);
  } catch (cause) {
    const why = errnoOf(cause);
    return unreadable(file, { 'zh-CN': `无法读取该文件（${why}）`, en: `the file cannot be read (${why})` });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function unreadable(file: string, reason: Localized): Mistake {
  return { code: 'config.unreadable', where: file, reason };
}

function syntaxReason({ code, message }: { code: string; message: string }): Localized {
  if (code === 'DUPLICATE_KEY') return { 'zh-CN': '同一个键出现了两次', en: 'the same key stands here a second time' };
  if (code === 'MULTIPLE_DOCS')
    return { 'zh-CN': '文件中只能有一个 YAML 文档', en: 'the file must hold one YAML document' };
  return { 'zh-CN': `YAML 语法错误：${message}`, en: `YAML: ${message}` };
}

const TOO_LARGE = { 'zh-CN': '文件超过 64 KB', en: 'the file is larger than 64 KB' };
const NO_TEXT = { 'zh-CN': '文件不是 UTF-8 文本', en: 'the file is not UTF-8 text' };
const NO_ALIAS = { 'zh-CN': '不支持 YAML 别名，请写出该值', en: 'YAML aliases are not taken; write the value itself' };
const NOT_A_GROUP = { 'zh-CN': '下面应为若干键', en: 'keys are expected below it' };
const HAS_KEYS = { 'zh-CN': '应为一个值，下面却有键', en: 'a value is expected, but it has keys below it' };
const NO_VALUE = { 'zh-CN': '没有值，请写上值或删除该键', en: 'it has no value; write one, or remove the key' };
