import { CUT, type ParsedBody, payloadLimits } from './json.js';
import { malformed } from './malformed.js';

/** Fields as a browser's form sends them; without a body, the parameters of the request's address. */
export function readForm(body: Buffer, query: string | undefined): ParsedBody {
  const text = body.length > 0 ? body.toString('utf8').trim() : (query ?? '');
  if (text === '') throw malformed('empty', 'no field');
  return readFields(text);
}

/** `a=1&b=2`. Of a name that comes twice, the first one counts. */
export function readFields(text: string): ParsedBody {
  const fields = text.split('&', payloadLimits.values + 1);
  if (fields.length > payloadLimits.values) {
    throw malformed('too-many-values', `more than ${payloadLimits.values} values`);
  }
  const value: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  let cuts = 0;
  for (const field of fields) {
    const [name = '', ...rest] = field.split('=');
    const key = decoded(name);
    if (key === '' || key in value) continue;
    const text = decoded(rest.join('='));
    if (text.length > payloadLimits.textBytes) cuts += 1;
    value[key] = text.length > payloadLimits.textBytes ? CUT : text;
  }
  return { value, cuts };
}

function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
