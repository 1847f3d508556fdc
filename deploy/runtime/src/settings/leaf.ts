import type { Group, Members, Schema, Setting } from './schema.js';

/** One setting of a schema, with its names. */
export interface Leaf {
  /** As in the file: ['broker', 'tls', 'port']. */
  readonly path: readonly string[];
  /** As people write it: `broker.tls.port`. */
  readonly key: string;
  /** As in the environment: `ANGRID_GATEWAY_BROKER_TLS_PORT`. */
  readonly variable: string;
  readonly setting: Setting<unknown>;
}

/** Every setting of the schema in the order of its declaration. */
export function leavesOf(schema: Schema): readonly Leaf[] {
  const leaves: Leaf[] = [];
  for (const { path, member } of walk(schema.members, [])) {
    if (member.is === 'setting') leaves.push(leafAt(schema, path, member));
  }
  return leaves;
}

export function leafAt(schema: Schema, path: readonly string[], setting: Setting<unknown>): Leaf {
  return { path, key: path.join('.'), variable: variableOf(schema.prefix, path), setting };
}

/** Every group and setting, a group before its members. */
export function* walk(
  members: Members,
  above: readonly string[],
): Generator<{ path: readonly string[]; member: Group | Setting<unknown> }> {
  for (const [key, member] of Object.entries(members)) {
    const path = [...above, key];
    yield { path, member };
    if (member.is === 'group') yield* walk(member.members, path);
  }
}

/** `tlsPort` in `broker` becomes PREFIX_BROKER_TLS_PORT. */
export function variableOf(prefix: string, path: readonly string[]): string {
  const words = path.map((part) => part.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase());
  return [prefix, ...words].join('_');
}
