import { z } from 'zod';

/** Bounds of everything that a profile can express. A profile is data: it is compiled, never run. */
export const formatLimits = {
  pathSegments: 8,
  tableEntries: 2000,
  messages: 256,
  emits: 32,
  templateBytes: 4096,
  templateDepth: 6,
  items: 500,
} as const;

const SEGMENT = /^[A-Za-z0-9_@-]{1,48}$/;
const OUTSIDE = /^\$(?:topic\.[a-z]{1,16}|query\.[A-Za-z0-9_-]{1,48})$/;
const ITEM = '$item.';

function isPath(path: string): boolean {
  if (path === '$device' || path === '$item' || OUTSIDE.test(path)) return true;
  const segments = (path.startsWith(ITEM) ? path.slice(ITEM.length) : path).split('.');
  return segments.length <= formatLimits.pathSegments && segments.every(isSegment);
}

/** Names that every object has in JavaScript would read the language, not the message. */
function isSegment(segment: string): boolean {
  return SEGMENT.test(segment) && !(segment in Object.prototype);
}

/**
 * `info.RecordID`, `list.0.code`; `$device` is the device's own id, `$topic.code` a placeholder of the topic,
 * `$query.table` a parameter of the request, `$item.code` a member of the item that a message is read `each` by.
 */
export const pathSchema = z
  .string()
  .max(128)
  .refine(isPath, 'a path is up to 8 names joined by dots, $device, $topic.name, $query.name or $item.name')
  .describe('Names joined by dots, down from the root of the message; $device; $topic.name; $query.name; $item.name');

/** One path, or several of which the first that carries a value is taken. */
export const pathsSchema = z.union([pathSchema, z.array(pathSchema).min(1).max(8)]);

/** Names inside a profile: topics, tables, messages, values. */
export const nameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and dashes');

/** Why something is left out; it becomes a counter's label. */
export const reasonSchema = z.string().regex(/^[a-z][a-z-]{2,47}$/, 'lower-case words joined by dashes');

export const scalarSchema = z.union([z.string().max(96), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof scalarSchema>;

export const localizedSchema = z.strictObject({
  'zh-CN': z.string().min(1).max(400),
  en: z.string().min(1).max(400),
});

/** As in the contract: the name of an event's attribute. */
export const attributeNameSchema = z.string().regex(/^[a-z][A-Za-z0-9]{0,31}$/, 'camelCase, at most 32 characters');
