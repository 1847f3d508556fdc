import { describe, expect, it, test } from '@jest/globals';
import { batchLimits } from './batch.js';
import { enrolPreimage, enrolRequestSchema, tokenPreimage, tokenRequestSchema } from './enrolment.js';
import { evidencePreimage } from './evidence.js';
import { goldenJson, goldenKey, goldenText, goldenValues } from './golden.fixture.js';
import { identify, publicKeyFromRaw, rawPublicKey, sha256, verifyText } from './signing.js';
import { eventItemSchema, evidenceItemSchema, itemSchema, thumbnailLimit } from './items.js';

/** What v1 lets a sender leave out, by file and path. Everything else is required for as long as v1 lives. */
const OPTIONAL: readonly RegExp[] = [
  /^item\.event\S* data\.(channel|vendorCode|vendorTopic|deviceTime|deviceSequence|lateBecause|attributes)$/,
  /^item\.alert\S* data\.(channel|evidenceFrom|silent|covers)$/,
  /^item\.evidence\S* data\.(original|grant|thumbnail)$/,
  /^item\.health\S* data\.(devices\.clockSkewMs|evidenceWritten)$/,
  /^item\.gap\.json data\.(lane|epoch)$/,
  /^item\.provision\.upsert\S* data\.(profile|manufacturer|model|gb28181)$/,
  /^(site|command|enrol-answer)\S* .*(places\.unit|devices\.(profile|place|masks|heldOpenSeconds))$/,
  /^site\.rules\S* (calendar|calendar\.dates\.name|devices\.(behind|doors|rules)|devices\.doors\.(heldOpenSeconds|periods))$/,
  /^site\.rules\S* devices\.rules\.\w+(\.(on|except|periods|count|denials|changes|\w+Seconds|alarm|record))?$/,
  /^site\.rules\S* rules\.(heldOpen|forced|tailgating|deniedThenGranted|tamper|offline|flapping|mains|battery|inhibition|storm|clockDriftSeconds)$/,
  /^site\.rules\S* rules\.(\w+\.except|repeatedDenial\.on)$/,
  /^answer\S* openEpoch$/,
  /^command-result\S* (code|detail)$/,
  /^command\.evidence-fetch\S* params\.original$/,
];

/** Objects whose keys are data and not fields. */
const FREE = new Set(['attributes', 'drops', 'rejected']);

const files = goldenValues();
const key = publicKeyFromRaw(goldenKey().publicKey);

describe.each(files)('$name', ({ name, schema, value }) => {
  it('is accepted, and nothing of it is lost', () => {
    expect(schema.parse(value)).toEqual(value);
  });

  it('is accepted from a newer sender, whose further fields are left aside', () => {
    expect(schema.parse(grown(value))).toEqual(value);
  });

  it('is refused when something that it must say is missing', () => {
    const wrongly = cut(value).filter(({ where, without }) => {
      const accepted = schema.safeParse(without).success;
      return accepted === isRequired(name, where);
    });
    expect(wrongly.map(({ where }) => where.join('.'))).toEqual([]);
  });
});

test('there is an example of every type of item', () => {
  const types = files.filter(({ name }) => name.startsWith('item.')).map(({ value }) => itemSchema.parse(value).type);
  expect(new Set(types.filter((type) => !/\.(door|access|motion|sos)\./.test(type)))).toEqual(
    new Set([
      'cn.angrid.alert.v1',
      'cn.angrid.evidence.v1',
      'cn.angrid.provision.v1',
      'cn.angrid.report.gap.v1',
      'cn.angrid.report.health.v1',
      'cn.angrid.report.outage.v1',
    ]),
  );
  expect(types).toContain('cn.angrid.door.forced.v1');
});

test('the id of an event is the hash of gateway, device, record and part', () => {
  for (const name of [
    'item.event.forced.json',
    'item.event.late.json',
    'item.event.motion.json',
    'item.event.backfilled.json',
  ]) {
    const { id, source, data } = eventItemSchema.parse(goldenJson(name));
    const gateway = source.replace('angrid://', '');
    expect(identify({ gateway, device: data.device, dedup: data.dedup, part: `0:${data.kind}` })).toBe(id);
  }
});

test('the ids are the ones that gateways in the field compute', () => {
  expect(eventItemSchema.parse(goldenJson('item.event.forced.json')).id).toBe(
    '1ba20bcc3ab080569a0995ed1db19167c7835106d63c9eb6c53c1ee465cd5e53',
  );
});

test('the key is the one that its text gives', () => {
  expect(rawPublicKey(goldenKey().privateKey)).toBe(goldenKey().publicKey);
});

test('the signatures of evidence, enrolment and token hold, and for nothing else', () => {
  const { data } = evidenceItemSchema.parse(goldenJson('item.evidence.json'));
  const enrol = enrolRequestSchema.parse(goldenJson('enrol-request.json'));
  const token = tokenRequestSchema.parse(goldenJson('token-request.json'));
  const signed = [
    [evidencePreimage('gw-golden', data), data.signature],
    [enrolPreimage(enrol), enrol.signature],
    [tokenPreimage(token), token.signature],
  ] as const;
  for (const [text, signature] of signed) {
    expect(verifyText(text, signature, key)).toBe(true);
    expect(verifyText(`${text} `, signature, key)).toBe(false);
  }
  expect(verifyText(evidencePreimage('gw-other', data), data.signature, key)).toBe(false);
});

test('a masked picture names its original, and the original says under which grant it left; both are signed', () => {
  const masked = evidenceItemSchema.parse(goldenJson('item.evidence.masked.json')).data;
  const original = evidenceItemSchema.parse(goldenJson('item.evidence.original.json')).data;
  expect(masked.original).toBe(original.sha256);
  expect(original).toMatchObject({ span: masked.span, masks: 0, grant: { expiresAt: '2026-01-15T14:30:00.000Z' } });
  for (const data of [masked, original]) {
    expect(verifyText(evidencePreimage('gw-golden', data), data.signature, key)).toBe(true);
    const { original: _original, grant: _grant, ...without } = data;
    expect(verifyText(evidencePreimage('gw-golden', without), data.signature, key)).toBe(false);
  }
});

test('a thumbnail is not under the signature, and one that a line of a batch could not hold is refused', () => {
  const item = evidenceItemSchema.parse(goldenJson('item.evidence.thumbnail.json'));
  const { thumbnail = '', ...without } = item.data;
  expect(Buffer.from(thumbnail, 'base64').subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  expect(verifyText(evidencePreimage('gw-golden', without), without.signature, key)).toBe(true);
  const largest = { ...item, data: { ...item.data, thumbnail: 'A'.repeat(thumbnailLimit) } };
  const alerts = Array.from({ length: 16 }, (_, index) => sha256(String(index)));
  const longest = { ...largest, data: { ...largest.data, alerts, original: item.data.sha256 } };
  expect(evidenceItemSchema.safeParse(longest).success).toBe(true);
  expect(Buffer.byteLength(JSON.stringify(longest))).toBeLessThan(batchLimits.lineBytes);
  for (const refused of ['A'.repeat(thumbnailLimit + 4), 'not base64!', ''])
    expect(evidenceItemSchema.safeParse({ ...item, data: { ...item.data, thumbnail: refused } }).success).toBe(false);
});

test('each item stands as a line in a batch', () => {
  const lines = [
    'alarm-1',
    'alarm-2',
    'alarm-3',
    'alarm-4',
    'record',
    'record-2',
    'media',
    'media-2',
    'media-3',
  ].flatMap((name) => goldenText(`batch.${name}.ndjson`).trimEnd().split('\n').slice(1));
  const items = files.filter(({ name }) => name.startsWith('item.')).map(({ value }) => JSON.stringify(value));
  expect([...lines].sort()).toEqual([...items].sort());
});

function isRequired(name: string, where: readonly string[]): boolean {
  const path = `${name} ${where.filter((part) => !/^\d+$/.test(part)).join('.')}`;
  return !OPTIONAL.some((optional) => optional.test(path));
}

/** The value with one more field in every object. */
function grown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(grown);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, FREE.has(name) ? inner : grown(inner)] as const);
  return { ...Object.fromEntries(entries), fromTheFuture: { deep: [1] } };
}

interface Cut {
  readonly where: readonly string[];
  readonly without: unknown;
}

/** The value without each of its fields in turn. */
function cut(value: unknown): Cut[] {
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const inside = FREE.has(name) ? [] : cut(inner);
    const deeper = inside.map(({ where, without }) => ({
      where: [name, ...where],
      without: put(value, name, without),
    }));
    if (isList) return deeper;
    const { [name]: _, ...rest } = value as Record<string, unknown>;
    return [{ where: [name], without: rest }, ...deeper];
  });
}

function put(value: object, name: string, inner: unknown): unknown {
  if (!Array.isArray(value)) return { ...value, [name]: inner };
  return value.map((old: unknown, index) => (String(index) === name ? inner : old));
}
