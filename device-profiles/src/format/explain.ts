import type { z } from 'zod';
import { nearest } from './nearest.js';
import { profileJsonSchema } from './profile.js';

type Issue = z.core.$ZodIssue;
type Node = Record<string, unknown>;

/** The mistakes of a profile as sentences: where it is, what is wrong, and the known key that was probably meant. */
export function explain(issues: readonly Issue[]): string[] {
  return issues.flatMap((issue) => explainIssue(issue, issue.path));
}

function explainIssue(issue: Issue, path: readonly PropertyKey[]): string[] {
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branch = issue.errors.reduce((best, next) => (weight(next) < weight(best) ? next : best));
    return branch.flatMap((inner) => explainIssue(inner, [...path, ...inner.path]));
  }
  if (issue.code !== 'unrecognized_keys') return [`${place(path)}: ${issue.message}`];
  const known = knownKeys(path);
  return issue.keys.map((key) => `${place(path)}: unknown key "${key}"${suggestion(nearest(key, known))}`);
}

/** A branch that fails deep inside was meant more probably than one whose very type is wrong. */
function weight(issues: readonly Issue[]): number {
  const shallow = issues.filter((issue) => issue.path.length === 0 && issue.code === 'invalid_type').length;
  return shallow * 100 + issues.length;
}

function place(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'profile' : path.map(String).join('.');
}

function suggestion(key: string | undefined): string {
  return key === undefined ? '' : `, did you mean "${key}"?`;
}

/** Property names that the JSON Schema allows at a path, over all its branches. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  const root = profileJsonSchema() as Node;
  let nodes: Node[] = [root];
  for (const segment of path) nodes = nodes.flatMap(branches).flatMap((node) => step(node, segment));
  return nodes.flatMap(branches).flatMap((node) => Object.keys((node['properties'] as Node | undefined) ?? {}));
}

function branches(node: Node): Node[] {
  const choices = (node['anyOf'] ?? node['oneOf']) as Node[] | undefined;
  return choices === undefined ? [node] : choices.flatMap(branches);
}

function step(node: Node, segment: PropertyKey): Node[] {
  const properties = (node['properties'] as Node | undefined) ?? {};
  const named = Object.hasOwn(properties, segment) ? properties[String(segment)] : undefined;
  const inner = named ?? (typeof segment === 'number' ? node['items'] : node['additionalProperties']);
  return typeof inner === 'object' && inner !== null ? [inner as Node] : [];
}
