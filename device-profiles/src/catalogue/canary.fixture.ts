import type { RawMessage } from '../compile/reading.js';
import { EXAMPLE_DEVICE } from '../examples/run-examples.js';
import type { Example } from '../format/example.js';

const QUERY = '$query.';

/** The message of an example with a value of the test's own in each of the fields, wherever the device would put it. */
export function withFields(example: Example, fields: ReadonlyMap<string, string>): RawMessage {
  const device = example.device ?? EXAMPLE_DEVICE;
  const [path = '', query] = example.topic.replace('{device}', device).split('?');
  const parameters = new URLSearchParams(query);
  for (const [field, value] of fields) if (field.startsWith(QUERY)) parameters.set(field.slice(QUERY.length), value);
  return {
    device,
    topic: query === undefined ? path : `${path}?${parameters.toString()}`,
    body: Buffer.from(example.raw === undefined ? jsonWith(example.body, fields) : textWith(example.raw, fields)),
  };
}

function jsonWith(body: Example['body'], fields: ReadonlyMap<string, string>): string {
  const copy = structuredClone(body) as Record<string, unknown>;
  for (const [field, value] of fields) if (!field.startsWith('$')) put(copy, field.split('.'), value);
  return JSON.stringify(copy);
}

/** A list on the way stands for each of its items. */
function put(object: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    object[name] = value;
    return;
  }
  const inner = object[name];
  if (Array.isArray(inner)) {
    for (const item of inner.filter((one) => typeof one === 'object' && one !== null))
      put(item as Record<string, unknown>, rest, value);
    return;
  }
  if (typeof inner !== 'object' || inner === null) object[name] = {};
  put(object[name] as Record<string, unknown>, rest, value);
}

/** `name=value` and `<name>value</name>`, wherever they stand. */
function textWith(raw: string, fields: ReadonlyMap<string, string>): string {
  let text = raw;
  for (const [field, value] of fields) {
    const name = (field.split('.').at(-1) ?? '').replace(/[^\w-]/g, '');
    text = text.replace(new RegExp(`(\\b${name}=)[^\\t\\r\\n&,]*`, 'g'), `$1${value}`);
    text = text.replace(new RegExp(`(<${name}>)[^<]*`, 'g'), `$1${value}`);
  }
  return text;
}
