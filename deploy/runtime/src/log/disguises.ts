/** The forms in which a secret value travels: escaped, percent-encoded, in base64 at any offset, in hexadecimal. */
export function disguisesOf(value: string): Set<string> {
  const json = jsonEscaped(value);
  const percent = percentEncoded(value);
  const form = new URLSearchParams({ v: value }).toString().slice(2);
  const hex = Buffer.from(value, 'utf8').toString('hex');
  const forms = new Set([value, json, jsonEscaped(json), xmlEscaped(value), hex, hex.toUpperCase()]);
  for (const encoded of [percent, form, encodeURI(wellFormed(value)), percent.replaceAll(/[!'()*]/g, percentOf)]) {
    forms.add(encoded);
    forms.add(encoded.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
  }
  for (const encoded of base64Cores(value)) {
    forms.add(encoded);
    forms.add(encoded.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
}

/** The characters that stay the same whatever stands before and after the value, at each of the three offsets. */
function* base64Cores(value: string): Generator<string> {
  const bytes = Buffer.from(value, 'utf8');
  for (let before = 0; before < 3; before += 1) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const bits = (before + bytes.length) * 8;
    yield encoded.slice(Math.ceil((before * 8) / 6), Math.floor(bits / 6));
  }
}

function jsonEscaped(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function xmlEscaped(value: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
  return value.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

function percentEncoded(value: string): string {
  return encodeURIComponent(wellFormed(value));
}

/** Lone surrogates cannot be percent-encoded. */
function wellFormed(value: string): string {
  return Buffer.from(value, 'utf8').toString('utf8');
}

function percentOf(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
